// Bundles what the browser gets into ../dist: hashed names, minified, each text also as .gz, and
// manifest.json, which maps the plain name of an entry to its hashed one.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../../..");
const dist = join(here, "../dist");

const lean = join(here, "js/lean.ts");

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { app: join(here, "js/app.ts"), editor: join(here, "js/editor.ts"), push: join(here, "js/push.ts"), style: join(here, "css/app.css"), mark: join(here, "mark.svg") },
  loader: { ".svg": "copy" },
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: ["es2022", "chrome123", "firefox128", "safari17.5"],
  supported: { nesting: true },
  alias: { entities: lean, "linkify-it": lean, "punycode.js": lean },
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
});

// What is left of an earlier build goes, except the file that keeps the folder in the repository.
mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) if (name !== ".gitkeep") rmSync(join(dist, name), { recursive: true });
for (const { path, contents } of outputFiles) writeFileSync(path, contents);

// The entry of an output, under the name by which pages ask for it.
const manifest = {};
for (const [file, output] of Object.entries(metafile.outputs)) {
  if (!output.entryPoint) continue;
  const name = basename(file);
  manifest[name.replace(/^style-[^.]+/, "app").replace(/-[^-.]+\./, ".")] = name;
}
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");

// The licences of the packages that went into a bundle, kept beside it as they ask.
const packages = new Set(Object.keys(metafile.inputs).flatMap((f) => f.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []));
const licences = [...packages].sort().map((name) => {
  const folder = join(root, "node_modules", name);
  const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  return `${name}\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : "See the package's own page."}\n`;
});
writeFileSync(join(dist, "licences.txt"), licences.join("\n----\n\n"));

for (const name of readdirSync(dist)) {
  if (!/\.(js|css|svg|txt)$/.test(name)) continue;
  const file = join(dist, name);
  writeFileSync(file + ".gz", gzipSync(readFileSync(file), { level: 9 }));
}
