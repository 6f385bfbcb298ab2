// Putting a part into a YAML text where it belongs: at the end of a list or mapping that is there,
// or below a key of its own.
import { pathOf } from "./yaml_place.js";

const blank = (line) => /^\s*(#|$)/.test(line);
const indentOf = (line) => /^ */.exec(line)[0].length;

// The line of the key at `path`; of several the last before line `near`, else the first.
function find(lines, path, near) {
  const found = lines.flatMap((_, number) => (same(pathOf(lines, number), path) ? [number] : []));
  return found.filter((number) => number <= near).at(-1) ?? found[0] ?? -1;
}

function same(one, other) {
  return one !== null && one.length === other.length && one.every((step, at) => step === other[at]);
}

// The column of the key on a line, beyond the dashes before it.
const columnOf = (line) => /^\s*(?:- +)*/.exec(line)[0].length;

// The number of the line after which the block of the key ends.
function endOf(lines, number) {
  const column = columnOf(lines[number]);
  let last = number;
  for (let at = number + 1; at < lines.length; at += 1) {
    if (blank(lines[at])) continue;
    const deeper = indentOf(lines[at]) > column;
    if (!deeper && !(indentOf(lines[at]) === column && /^\s*-/.test(lines[at]))) break;
    last = at;
  }
  return last;
}

// {line, text}: what to put after which line (from 0), so that `piece` stands at `place`, written
// as `spec.duties[0].stages`. Null where nothing above the place is there either.
export function put(text, place, piece, near) {
  const lines = text.split("\n");
  const path = place.replaceAll(/\[\d+\]/g, ".[]").split(".");
  const key = find(lines, path, near);
  if (key >= 0) {
    const value = lines[key].slice(lines[key].indexOf(":", columnOf(lines[key])) + 1).trim();
    if (value && !value.startsWith("#")) return null; // written within brackets: by hand
    const last = endOf(lines, key);
    const first = lines.slice(key + 1, last + 1).find((line) => !blank(line));
    const indent = first === undefined ? columnOf(lines[key]) + 2 : indentOf(first);
    return { line: last, text: shifted(piece, indent) };
  }
  const above = find(lines, path.slice(0, -1), near);
  if (above < 0) return null;
  const last = endOf(lines, above);
  const first = lines.slice(above + 1, last + 1).find((line) => !blank(line));
  const indent = first === undefined ? columnOf(lines[above]) + 2 : columnOf(first);
  const head = `${" ".repeat(indent)}${path.at(-1)}:`;
  return { line: last, text: `${head}\n${shifted(piece, indent + 2)}` };
}

function shifted(piece, indent) {
  const lines = piece.trimEnd().split("\n");
  return lines.map((line) => (line ? " ".repeat(indent) + line : line)).join("\n");
}
