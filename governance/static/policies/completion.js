// What may stand at a place of a policy, from the schemas of the kinds and the names in force.
import { placeAt } from "./yaml_place.js";

const KIND = /^kind:\s*["']?([A-Za-z]+)/m;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_./ -]*$/;
const READ_OTHERWISE = /^(y|n|yes|no|on|off|true|false|null)$/i;
const DURATIONS = ["PT15M", "PT1H", "PT4H", "P1D", "P3D"];

// `known` is what the service answers: schema, places, facts, names; and `needed`, the word for a key
// that must be there.
export function completionFrom(known) {
  return (context) => {
    const text = context.state.doc.toString();
    const place = placeAt(text, context.pos);
    if (!place || (!place.word && !context.explicit && !ready(text, context.pos))) return null;
    const kind = KIND.exec(text)?.[1];
    const options = [
      ...(place.key ? keys(known, kind, place) : []),
      ...(place.value ? values(known, kind, place) : []),
    ];
    // What is typed to its end needs no completion: Enter is a new line again.
    const ended = (word) => options.some((each) => each.apply === word);
    if (!options.length || ended(place.word)) return null;
    const from = context.pos - place.word.length;
    const validFor = (word) => /^["']?[\w./-]*$/.test(word) && !ended(word);
    return { from, options: unique(options), validFor };
  };
}

// After these signs something is about to be typed.
function ready(text, position) {
  return /(: |[{[,] ?|- )$/.test(text.slice(Math.max(0, position - 3), position));
}

function unique(options) {
  return [...new Map(options.map((each) => [each.label, each])).values()];
}

// --- keys ----------------------------------------------------------------------------------------

function keys(known, kind, place) {
  const options = [];
  for (const node of nodes(known, kind, place.path)) {
    const required = new Set(node.required ?? []);
    for (const [name, below] of Object.entries(node.properties ?? {})) {
      options.push(key(known, name, below, place, required.has(name)));
    }
    if (node.title === "Condition") options.push(...facts(known, place));
    else if (node.additionalProperties) {
      options.push(...named(known, kind, place.path.at(-1)).map(
        ([name, about]) => key(known, name, { description: about, type: "object" }, place, false)));
    }
  }
  const taken = new Set(place.siblings);
  return options.filter((each) => !taken.has(each.label));
}

function key(known, name, schema, place, required) {
  const [node] = resolved(known, schema);
  return {
    label: name, type: "property", detail: required ? known.needed : undefined,
    info: schema.description ?? node?.description, boost: required ? 2 : 0,
    apply: name + after(node, place),
  };
}

// What follows a key: what holds more begins on the next line.
function after(node, place) {
  if (place.flow || !node) return ": ";
  const deeper = `:\n${" ".repeat(place.indent + 2)}`;
  if (node.type === "array" && complex(node.items)) return `${deeper}- `;
  return node.type === "object" || node.title === "Condition" ? deeper : ": ";
}

function complex(items) {
  return Boolean(items?.properties || items?.$ref || items?.additionalProperties);
}

function facts(known, place) {
  return Object.entries(known.facts).map(([path, fact]) => ({
    label: path, type: "variable", detail: fact.kind, info: fact.about || undefined,
    apply: fact.list && !place.flow ? `${path}: {includes_any: []}` : `${path}: `,
  }));
}

// --- values --------------------------------------------------------------------------------------

function values(known, kind, place) {
  const found = nodes(known, kind, place.path);
  const condition = found.some((node) => ["Comparison", "Value"].includes(node.title));
  const terms = condition ? termsOf(known, place.path) : [];
  if (terms.length) return terms.map((term) => value(term, place));
  const options = found.flatMap((node) => [
    ...(node.enum ?? []), ...("const" in node ? [node.const] : []),
    ...(node.type === "boolean" ? [true, false] : []),
    ...(node.title === "Duration" ? DURATIONS : []),
  ]).map((each) => value(each, place));
  const name = place.path.filter((step) => step !== "[]").at(-1);
  const names = named(known, kind, name).map(([each, about]) => value(each, place, about));
  return [...options, ...(found.some(takesText) ? names : [])];
}

function takesText(node) {
  return [node.type].flat().includes("string") && !node.enum;
}

// The terms of the fact that a comparison is about.
function termsOf(known, path) {
  const fact = [...path].reverse().find((step) => step in known.facts);
  return fact ? known.facts[fact].terms : [];
}

function value(given, place, about) {
  const text = String(given);
  const bare = typeof given !== "string" || (PLAIN.test(text) && !READ_OTHERWISE.test(text));
  const opened = /^["']/.exec(place.word)?.[0];
  const written = bare && !opened ? text : `${opened ?? '"'}${text}${opened ?? '"'}`;
  return {
    label: written, displayLabel: text, type: "enum", info: about && about !== text ? about : undefined,
    apply: written,
  };
}

// Names that may stand at a key: [name, title].
function named(known, kind, name) {
  const list = known.places[kind]?.[name] ?? known.places["*"][name];
  return Object.entries(known.names[list] ?? {});
}

// --- the schema ----------------------------------------------------------------------------------

// The schemas of what stands at the end of the path.
function nodes(known, kind, path) {
  const root = known.schema.$defs[kind] ?? known.schema;
  let found = resolved(known, root);
  for (const step of path) {
    found = found.flatMap((node) => below(node, step)).flatMap((node) => resolved(known, node));
  }
  return found;
}

function below(node, step) {
  if (step === "[]") return node.items ? [node.items] : [];
  const own = node.properties?.[step];
  if (own) return [own];
  const others = node.additionalProperties;
  return others && typeof others === "object" ? [others] : [];
}

// What a schema refers to and may be, each by itself.
function resolved(known, schema) {
  const { $ref: reference, anyOf, oneOf, ...rest } = schema;
  if (reference) {
    const target = known.schema.$defs[reference.split("/").at(-1)];
    return resolved(known, { ...target, ...rest, title: target.title ?? rest.title });
  }
  const parts = (anyOf ?? oneOf ?? []).filter((each) => each.$ref || each.type || each.enum || each.anyOf);
  return [...(Object.keys(rest).length ? [rest] : []), ...parts.flatMap((each) => resolved(known, each))];
}
