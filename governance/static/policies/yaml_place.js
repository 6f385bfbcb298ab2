// Where in a YAML document a position is, also while the text is no YAML yet. It goes by
// indentation, as the eye does, and by brackets within a flow collection.

const ENTRY = /^(\s*(?:- +)*)(?:("[^"]*"|'[^']*'|[^\s#'"[\]{},][^:#]*?)\s*:(?=\s|$))?/;
const MOST_LINES = 60; // of a flow collection before the position

// The dashes and the key with which a line begins, by column.
function entry(line) {
  const [, lead, key] = ENTRY.exec(line);
  const dashes = [...lead].flatMap((sign, column) => (sign === "-" ? [column] : []));
  return { dashes, column: lead.length, key: key && unquoted(key), blank: /^\s*(#|$)/.test(line) };
}

function unquoted(text) {
  return text.trim().replace(/^(["'])(.*)\1$/, "$2");
}

// The names that lead to what stands at `column` of line `number`, and the sign at which it begins.
function above(lines, number, column) {
  const path = [];
  let limit = column;
  let item = false; // the next parent is what holds the list, whose key may stand as far left
  for (let at = number; at >= 0 && limit > 0; at -= 1) {
    const found = entry(lines[at]);
    if (found.blank) continue;
    if (found.key && at < number && found.column < limit) {
      path.unshift(found.key);
      limit = found.column;
      item = false;
    }
    for (const dash of [...found.dashes].reverse()) {
      if (dash < (item ? limit - 1 : limit)) {
        path.unshift("[]");
        limit = dash + 1;
        item = true;
      }
    }
  }
  return path;
}

// The keys that stand beside one at `column` of line `number`.
function beside(lines, number, column) {
  const keys = [];
  const look = (at) => {
    const found = entry(lines[at]);
    if (found.blank) return true;
    const first = found.dashes[0] ?? found.column;
    if (found.key && found.column === column && at !== number) keys.push(found.key);
    return first >= column || (found.column === column && found.dashes.length > 0);
  };
  const begins = (at) => entry(lines[at]).dashes.some((dash) => dash < column);
  if (!begins(number)) {
    for (let at = number - 1; at >= 0 && look(at); at -= 1) if (begins(at)) break;
  }
  for (let at = number + 1; at < lines.length && !begins(at) && look(at); at += 1);
  return keys;
}

// The names that lead to the key with which a line begins, that key included; null without one.
export function pathOf(lines, number) {
  const found = entry(lines[number]);
  if (found.blank || !found.key) return null;
  return [...above(lines, number, found.column), found.key];
}

// What is open in `text`, which begins with a bracket: null when it is closed at its end.
function open(text) {
  const stack = [];
  let word = "";
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const top = stack.at(-1);
    if (sign === '"' || sign === "'") {
      const end = text.indexOf(sign, at + 1);
      word += text.slice(at, end < 0 ? text.length : end + 1);
      if (end < 0) break;
      at = end;
    } else if (sign === "{" || sign === "[") {
      stack.push({ mapping: sign === "{", keys: [], key: null });
      word = "";
    } else if (sign === "}" || sign === "]") {
      stack.pop();
      word = "";
      if (!stack.length) return null;
    } else if (sign === ",") {
      if (top.key !== null) top.keys.push(top.key);
      top.key = null;
      word = "";
    } else if (sign === ":" && top.mapping && top.key === null && /\s|$/.test(text[at + 1] ?? "")) {
      top.key = unquoted(word);
      word = "";
    } else {
      word += sign;
    }
  }
  return { stack, word: word.trimStart() };
}

function inFlow(lines, number, column) {
  for (let at = number; at >= Math.max(0, number - MOST_LINES); at -= 1) {
    const found = entry(lines[at]);
    const value = found.key
      ? lines[at].slice(lines[at].indexOf(":", found.column) + 1)
      : lines[at].slice(found.column);
    if (/^\s*[{[]/.test(value) && (found.key || found.dashes.length || /^\s*[{[]/.test(lines[at]))) {
      const start = lines[at].length - value.trimStart().length;
      if (at === number && start >= column) return null;
      const upto = [...lines.slice(at, number), lines[number].slice(0, column)].join("\n");
      const flow = open(upto.slice(start));
      if (flow) return { flow, line: at, found };
      if (found.key || found.dashes.length) return null;
    } else if (at < number && (found.key || found.dashes.length)) {
      return null;
    }
  }
  return null;
}

function ofFlow({ flow, line, found }, lines) {
  const path = above(lines, line, found.column);
  if (found.key) path.push(found.key);
  for (const level of flow.stack) {
    if (level.mapping && level.key !== null) path.push(level.key);
    if (!level.mapping) path.push("[]");
  }
  const last = flow.stack.at(-1);
  const value = !last.mapping || last.key !== null;
  return { path, key: !value, value, siblings: last.keys, word: flow.word, flow: true, indent: 0 };
}

// {path, key, value, siblings, word, flow, indent}: the names that lead there, `[]` for an item of
// a list; whether a key or a value may stand there; what stands beside it; what is typed of it; and
// the indentation. Null within the lines of a long text and within a comment.
export function placeAt(text, position) {
  const before = text.slice(0, position).split("\n");
  const lines = text.split("\n");
  const number = before.length - 1;
  const column = before[number].length;
  if (/(^|\s)#/.test(before[number].replace(/"[^"]*"|'[^']*'/g, ""))) return null;
  const flow = inFlow(lines, number, column);
  if (flow) return ofFlow(flow, lines);
  const here = entry(before[number]);
  const path = above(lines, number, here.column);
  if (inText(lines, number, here.column)) return null;
  const rest = before[number].slice(here.column);
  if (here.key) {
    const word = rest.slice(rest.indexOf(":") + 1);
    if (!/^\s/.test(word)) return null;
    const at = { path: [...path, here.key], key: false, value: true, siblings: [], flow: false };
    return { ...at, word: word.trimStart(), indent: here.column };
  }
  const siblings = beside(lines, number, here.column);
  const item = here.dashes.length > 0;
  return { path, key: true, value: item, siblings, word: rest, flow: false, indent: here.column };
}

// Whether the line belongs to a text that `|` or `>` begins.
function inText(lines, number, column) {
  for (let at = number - 1; at >= 0; at -= 1) {
    const found = entry(lines[at]);
    if (found.blank) continue;
    if ((found.dashes[0] ?? found.column) < column) return /[:-]\s*[|>][+-]?\d?\s*(#.*)?$/.test(lines[at]);
  }
  return false;
}
