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

/** By how much a character's code is above its byte, modulo 256: most bytes of the modules become letters and digits. */
const OFFSET = 61;

/**
 * Bytes as the inside of a string literal: a character each, in ASCII. Compressed it is hardly longer than the bytes;
 * base64 would be 1.7 times as long, for what repeats looks alike in it only every third time.
 *
 * @type {(bytes: Buffer) => string}
 */
function textOf(bytes) {
  const text = Buffer.from(bytes.map((byte) => byte + OFFSET)).toString("latin1");
  return text.replace(/[^ !#-[\]-~]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** The names of the asconfig.json targets that are shipped. */
const targets = ["simd", "relaxed"];

await import("./exports.js");
for (const target of targets) run("asc", "assemblyscript", ["--target", target]);
run("asc", "assemblyscript", ["assembly/errors.ts", "--config", "accuracy/asconfig.json", "--target", "errors"]);

mkdirSync(join(root, "src/generated"), { recursive: true });
const modules = targets.map((target) => {
  return `export const ${target}: string =\n  "${textOf(readFileSync(join(root, `build/${target}.wasm`)))}";\n`;
});
writeFileSync(join(root, "src/generated/wasm.ts"), `export const offset = ${OFFSET};\n` + modules.join(""));

rmSync(join(root, "dist"), { recursive: true, force: true });
run("tsc", "typescript", ["--project", "tsconfig.build.json"]);
for (const target of targets) copyFileSync(join(root, `build/${target}.wasm`), join(root, `dist/${target}.wasm`));
await bundle();
