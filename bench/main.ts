/**
 * Measures lanewise beside plain JavaScript, and shows tables.
 *
 *   npm run bench                       all functions at some sizes, in this Node, within a minute
 *   npm run bench -- sigmoid softmax    these functions
 *   npm run bench -- calls              single calls in the forms that programs call in (calls.ts)
 *   npm run bench -- samplers           filters of lanewise/sampling (samplers.ts); with --full stored in bench/samplers.json
 *   npm run bench -- --sizes 16,10000   these sizes
 *   npm run bench -- --all              derivatives and backward too
 *   npm run bench -- --full             all sizes, beside tfjs, onnxruntime-web and C++, too; in this Node and in the newest one
 *                                       that test/engines has installed (this one may lack relaxed-simd), in the latter also
 *                                       with vectors of 256 bits: takes hours, and is stored in bench/results.json
 *   npm run bench -- --full gelu silu   these functions, in place of what is stored of them
 *
 * `npm run readme` writes docs/speed.md and the README's table from what is stored.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { REVECTORIZE } from "../test/engines/revectorize.js";
import { compileProgram } from "../scripts/program.js";
import { readArguments } from "./options.js";
import { pathOf } from "./paths.js";

const args = process.argv.slice(2);
const ofSamplers = args[0] === "samplers";
const program = await compileProgram(ofSamplers ? "bench/samplers.ts" : "bench/runtime.ts");
const commands = readArguments(args).full && !ofSamplers ? engines() : [[process.execPath]];
for (const [node, ...flags] of commands) {
  const { status } = spawnSync(node, [...flags, program, ...args], { stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}

/** The commands of this Node, of the newest that is installed, and of that with wide vectors. */
function engines(): string[][] {
  const folder = pathOf("test/engines/node_modules");
  const versions = existsSync(folder)
    ? readdirSync(folder).map((name) => Number(/^node(\d+)$/.exec(name)?.[1] ?? 0))
    : [];
  const newest = Math.max(0, ...versions);
  const commands = [[process.execPath]];
  if (newest > parseInt(process.versions.node)) commands.push([`${folder}/node${newest}/bin/node`]);
  const [node] = commands[commands.length - 1];
  if (spawnSync(node, [REVECTORIZE, "--eval", ""]).status === 0) commands.push([node, REVECTORIZE]);
  return commands;
}
