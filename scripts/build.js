// @ts-check
/**
 * Builds everything that is not in git: the kernels' export list, the two WebAssembly modules, the TypeScript file that
 * carries them, and dist/.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);

/** Runs the program `name` of an installed package. @type {(name: string, packageName: string, args: string[]) => void} */
function run(name, packageName, args) {
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  execFileSync(process.execPath, [join(dirname(manifest), bin[name]), ...args], { cwd: root, stdio: "inherit" });
}

/** The names of the asconfig.json targets that are shipped. */
const targets = ["simd", "relaxed"];

await import("./exports.js");
for (const target of targets) run("asc", "assemblyscript", ["--target", target]);

mkdirSync(join(root, "src/generated"), { recursive: true });
const constants = targets.map((target) => {
  const base64 = readFileSync(join(root, `build/${target}.wasm`)).toString("base64");
  return `export const ${target} =\n  "${base64}";\n`;
});
writeFileSync(join(root, "src/generated/wasm.ts"), constants.join(""));

rmSync(join(root, "dist"), { recursive: true, force: true });
run("tsc", "typescript", ["--project", "tsconfig.build.json"]);
for (const target of targets) copyFileSync(join(root, `build/${target}.wasm`), join(root, `dist/${target}.wasm`));
