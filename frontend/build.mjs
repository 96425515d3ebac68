// Builds kb/web/static/vendor/ from the packages that package-lock.json pins: `npm ci && npm run build`.
//
// The same packages give the same bytes: no times, no paths, names in order. Beside the bundles it writes
// `licences.txt`, the licence of everything in them, and `assets.json`, which says what each file is.
// It stops when a package has a licence other than those listed, no text of it, or is not what was pinned.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, version as esbuildVersion } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(process.argv[2] ?? join(HERE, "../kb/web/static/vendor"));
const MODULES = join(HERE, "node_modules");
const ENTRIES = ["editor", "network"];
const LICENCES = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];
/** The one of two licences that is taken where a package leaves the choice. */
const CHOSEN = { "(MPL-2.0 OR Apache-2.0)": "Apache-2.0" };
/** Packages that ship no text of their licence: the text kept here. */
const KEPT_TEXTS = { "@zazuko/yasqe": "yasgui.txt", "@zazuko/yasgui-utils": "yasgui.txt" };
/** What a package has copied into its build, where no source map tells: {package: packages}. */
const COPIED = { "@zazuko/yasqe": ["codemirror"], cytoscape: ["heap", "lodash"] };

const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const packageOf = (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];

/** Returns the packages that a prebuilt script holds by its source map, after comparing their text with the pinned ones. */
function embeddedIn(script) {
  const map = join(HERE, `${script}.map`);
  if (!existsSync(map)) return [];
  const { sources, sourcesContent } = JSON.parse(readFileSync(map, "utf8"));
  const found = new Set();
  sources.forEach((source, index) => {
    const name = packageOf(source);
    if (name) {
      const pinned = join(MODULES, source.slice(source.lastIndexOf("node_modules/") + "node_modules/".length));
      if (!existsSync(pinned) || readFileSync(pinned, "utf8") !== sourcesContent[index]) {
        throw new Error(`${script}: holds another version of ${source} than package.json pins; pin the one it holds`);
      }
      found.add(name);
    } else if (source.includes("utils/src/")) found.add("@zazuko/yasgui-utils");
  });
  return [...found];
}

/** Returns name, version and licence of a package, and the text of its licence. */
function described(name) {
  const folder = join(MODULES, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const licence = CHOSEN[license] ?? license;
  if (!LICENCES.includes(licence)) throw new Error(`${name}: licence ${license} is none of ${LICENCES.join(", ")}`);
  const file = readdirSync(folder).sort(order).find((each) => /^licen[cs]e(\.md|\.txt)?$/i.test(each));
  if (!file && !KEPT_TEXTS[name]) throw new Error(`${name}: ships no text of its licence; keep one in licences/`);
  const path = file ? join(folder, file) : join(HERE, "licences", KEPT_TEXTS[name]);
  return { package: name, version, licence, text: readFileSync(path, "utf8").replaceAll("\r\n", "\n").trim() };
}

const result = await build({
  absWorkingDir: HERE,
  entryPoints: ENTRIES.map((name) => `src/${name}.js`),
  outdir: "out",
  write: false,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "eof",
  sourcemap: false,
  metafile: true,
  logLevel: "warning",
});

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const files = [];
const all = new Map();
for (const output of Object.keys(result.metafile.outputs).sort(order)) {
  const content = result.outputFiles.find((each) => each.path.endsWith(output.slice("out".length))).contents;
  const names = new Set();
  for (const input of Object.keys(result.metafile.outputs[output].inputs)) {
    const name = packageOf(input);
    if (!name) continue;
    names.add(name);
    for (const other of [...embeddedIn(input), ...(COPIED[name] ?? [])]) names.add(other);
  }
  const file = output.slice("out/".length);
  const packages = [...names].sort(order).map(described);
  for (const each of packages) all.set(each.package, each);
  writeFileSync(join(OUT, file), content);
  files.push({
    file,
    sha256: createHash("sha256").update(content).digest("hex"),
    bytes: content.length,
    gzip_bytes: gzipSync(content, { level: 9 }).length,
    packages: packages.map(({ text: _, ...rest }) => rest),
  });
}

const rule = "=".repeat(80);
const texts = [...all.values()].sort((one, other) => order(one.package, other.package));
const licences = [
  "Third-party software in the scripts and styles of this folder; generated by frontend/build.mjs.",
  ...texts.map((each) => `${rule}\n${each.package} ${each.version} (${each.licence})\n${rule}\n\n${each.text}`),
].join("\n\n");
writeFileSync(join(OUT, "licences.txt"), `${licences}\n`);
const manifest = {
  note: "generated by frontend/build.mjs from frontend/package-lock.json; do not edit",
  esbuild: esbuildVersion,
  licences: { file: "licences.txt", sha256: createHash("sha256").update(`${licences}\n`).digest("hex") },
  files,
};
writeFileSync(join(OUT, "assets.json"), `${JSON.stringify(manifest, null, 2)}\n`);
for (const each of files) console.log(`${each.file}: ${each.bytes} bytes, ${each.gzip_bytes} with gzip`);
