/**
 * Builds everything that is not in git: the programs of the modules, the modules themselves, what src/ needs of them, and
 * dist/.
 *
 *   npm run build
 *   npm run build -- --reassign NAME  gives a module another slot of memory, when it has outgrown its own
 */

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compile, endCompiling } from "./build/compile.js";
import { checkKernelParameters, makeDist } from "./build/dist.js";
import { embed, generated, write } from "./build/embed.js";
import { assembly, entryOf, listModules } from "./build/modules.js";
import { orderedByCode } from "./build/order.js";
import { makeProbes } from "./build/probe.js";
import { slotAdvice, slotOptions, slotsOf } from "./build/slots.js";
import { type Build, codeFile, textOf } from "./build/text.js";
import { makeTools } from "./build/tools.js";
import { interfaceHash, mergeModules } from "./build/whole.js";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root); // asc and bundlers name files from where they run
const { values: options } = parseArgs({ options: { reassign: { type: "string", multiple: true, default: [] } } });
const { name, version, license } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Record<string, string>;

const modules = listModules();
checkKernelParameters(modules);
const entries = new Map(modules.map(({ name }) => [name, `assembly/generated/${name}.ts`]));
rmSync(`${assembly}generated`, { recursive: true, force: true });
mkdirSync(`${assembly}generated`);
for (const module of modules) write(`${root}${entries.get(module.name)}`, entryOf(module));

const slots = await slotsOf(entries, options.reassign);
const compiled = await Promise.all(
  orderedByCode(entries).map(async (name): Promise<[string, Uint8Array]> => {
    try {
      return [name, await compile(entries.get(name)!, "kernels", slotOptions(slots.get(name)!))];
    } catch (error) {
      const advice = slotAdvice(name, error);
      throw advice === undefined ? error : new Error(advice);
    }
  }),
);
// `npm run accuracy` counts errors by it; it is no part of the package.
const errors = await compile("assembly/accuracy/errors.ts", "kernels");
await endCompiling();

const texts = new Map(Array.from(compiled, ([name, binary]) => [name, textOf(binary)]));
// The builds as the package makes them.
write(`${generated}code.ts`, codeFile());
const { decode } = await import("../src/runtime/decode.js");
const built = (build: Build) => new Map(Array.from(texts, ([name, text]) => [name, decode(text, build)]));
const builds = { simd: built("simd"), relaxed: built("relaxed") };

const hash = interfaceHash(version, modules, slots);
const probes = await makeProbes({ simd: builds.simd.values(), relaxed: builds.relaxed.values() });
embed(modules, texts, probes, slots, hash);
mkdirSync(`${root}build`, { recursive: true });
writeFileSync(`${root}build/errors.wasm`, errors);
const merging = (["simd", "relaxed"] as const).map(async (build) => {
  writeFileSync(`${root}build/${build}.wasm`, await mergeModules(builds[build], hash, build === "relaxed", slots));
});
const banner = `/*! ${name} ${version}, ${license} */`;
await Promise.all([...merging, makeDist(banner)]);
for (const build of Object.keys(builds)) copyFileSync(`${root}build/${build}.wasm`, `${root}dist/${build}.wasm`);
await makeTools();
