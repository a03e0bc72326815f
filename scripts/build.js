// @ts-check
/**
 * Builds everything that is not in git: the kernels' export list, the two WebAssembly modules, the TypeScript file that
 * carries them, and dist/, with a bundle for pages that have no bundler.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);

/** Runs the program `name` of an installed package. @type {(name: string, packageName: string, args: string[]) => void} */
function run(name, packageName, args) {
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  execFileSync(process.execPath, [join(dirname(manifest), bin[name]), ...args], { cwd: root, stdio: "inherit" });
}

/** Writes dist/bundle.js: the package and the loader in one minified file. */
async function bundle() {
  const { name, version, license, dependencies } = require("../package.json");
  const sources = await rolldown({ input: join(root, "dist/index.js") });
  const { output } = await sources.write({
    file: join(root, "dist/bundle.js"),
    minify: true,
    postBanner: `/*! ${name} ${version}, with ${Object.keys(dependencies).join()} (${license}) */`,
  });
  const { code } = output[0];
  const sizes = [Buffer.byteLength(code), gzipSync(code).length, brotliCompressSync(code).length];
  const [raw, gzip, brotli] = sizes.map((bytes) => `${(bytes / 1000).toFixed(1)} kB`);
  console.log(`dist/bundle.js: ${raw}, ${gzip} by gzip, ${brotli} by brotli`);
}

/** The names of the asconfig.json targets that are shipped. */
const targets = ["simd", "relaxed"];

await import("./exports.js");
for (const target of targets) run("asc", "assemblyscript", ["--target", target]);
run("asc", "assemblyscript", ["assembly/errors.ts", "--config", "accuracy/asconfig.json", "--target", "errors"]);

mkdirSync(join(root, "src/generated"), { recursive: true });
const constants = targets.map((target) => {
  const base64 = readFileSync(join(root, `build/${target}.wasm`)).toString("base64");
  return `export const ${target}: string =\n  "${base64}";\n`;
});
writeFileSync(join(root, "src/generated/wasm.ts"), constants.join(""));

rmSync(join(root, "dist"), { recursive: true, force: true });
run("tsc", "typescript", ["--project", "tsconfig.build.json"]);
for (const target of targets) copyFileSync(join(root, `build/${target}.wasm`), join(root, `dist/${target}.wasm`));
await bundle();
