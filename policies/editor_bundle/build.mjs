// Puts CodeMirror into one file among the static files, with the licences of all that is in it.
// The first line of the file names the packages and versions, which a test holds against the lock.
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const STATIC = new URL("../../governance/static/policies/", import.meta.url);
const HERE = new URL("./", import.meta.url);

const result = await build({
  entryPoints: ["codemirror.js"],
  absWorkingDir: HERE.pathname,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  target: "es2022",
  write: false,
});

const names = [...new Set(Object.keys(result.metafile.inputs).flatMap(
  (path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.slice(1) ?? [],
))].sort();

async function read(name, file) {
  return readFile(new URL(`node_modules/${name}/${file}`, HERE), "utf8");
}

const packages = await Promise.all(names.map(async (name) => ({
  name,
  version: JSON.parse(await read(name, "package.json")).version,
  licence: (await read(name, "LICENSE")).trim(),
})));
const listed = packages.map(({ name, version }) => `${name}@${version}`).join(" ");
const licences = packages.map(({ name, version, licence }) => `${name}@${version}\n\n${licence}\n`);

await writeFile(new URL("codemirror.js", STATIC),
  `/*! ${listed}; licences: codemirror.LICENSE.txt */\n${result.outputFiles[0].text}`);
await writeFile(new URL("codemirror.LICENSE.txt", STATIC), licences.join(`\n${"-".repeat(72)}\n\n`));
console.log(`${packages.length} packages, ${result.outputFiles[0].text.length} characters`);
