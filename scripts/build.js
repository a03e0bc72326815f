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

/** By how much a code is above its byte, modulo 256: so most bytes of the modules have the code of a printable character. */
const OFFSET = 45;
/** Others are two characters: one of four from LEAD on, which aren't used otherwise, and one of 64 from FIRST on. */
const LEAD = 123;
const FIRST = 40;

/**
 * Bytes as a string literal of printable ASCII, which no minifier or page takes for something else. Compressed it is
 * hardly longer than the bytes; base64 would be 1.6 times as long, for what repeats looks alike in it only every third
 * time.
 *
 * @type {(bytes: Buffer) => string}
 */
function literalOf(bytes) {
  const characters = Array.from(bytes, (byte) => {
    const code = (byte + OFFSET) % 256;
    if (code >= 32 && code < LEAD) return String.fromCharCode(code);
    return String.fromCharCode(LEAD + Math.floor(code / 64), FIRST + (code % 64));
  });
  return JSON.stringify(characters.join(""));
}

/** The names of the asconfig.json targets that are shipped. */
const targets = ["simd", "relaxed"];

await import("./exports.js");
for (const target of targets) run("asc", "assemblyscript", ["--target", target]);
run("asc", "assemblyscript", ["assembly/errors.ts", "--config", "accuracy/asconfig.json", "--target", "errors"]);

mkdirSync(join(root, "src/generated"), { recursive: true });
const modules = targets.map((target) => {
  return `export const ${target}: string =\n  ${literalOf(readFileSync(join(root, `build/${target}.wasm`)))};\n`;
});
const numbers = Object.entries({ offset: OFFSET, lead: LEAD, first: FIRST });
const constants = numbers.map(([name, number]) => `export const ${name} = ${number};\n`);
writeFileSync(join(root, "src/generated/wasm.ts"), [...constants, ...modules].join(""));

rmSync(join(root, "dist"), { recursive: true, force: true });
run("tsc", "typescript", ["--project", "tsconfig.build.json"]);
for (const target of targets) copyFileSync(join(root, `build/${target}.wasm`), join(root, `dist/${target}.wasm`));
await bundle();
