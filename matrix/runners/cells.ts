/** Test runners, and what runs TypeScript: a test in each asserts right values and that `import` and `require` give one package. */

import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { run } from "../command.js";
import { type Cell, type Context, type Outcome, Skip } from "../cell.js";
import { install, unpack, versionOf } from "../packages.js";
import { tryParts } from "../parts.js";
import { anyWasm, judge, probedIn } from "../probe/check.js";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const probe = fileURLToPath(new URL("../probe/probe.js", import.meta.url));
const node = process.execPath;

async function makeProject({ folder, packed }: Context, packages?: string): Promise<void> {
  if (packages === undefined) await unpack(packed, folder);
  else await install(packages, folder, packed);
  cpSync(fixtures, folder, { recursive: true });
  cpSync(probe, join(folder, "probe.js"));
  // The same program as CommonJS, as TypeScript and Babel make it.
  await build({
    entryPoints: [probe],
    outfile: join(folder, "probe.cjs"),
    format: "cjs",
    platform: "node",
  });
}

/** Judges what a command's program prints, in a line of its own or behind other text. */
async function tryCommand(folder: string, command: readonly string[], env?: Record<string, string>): Promise<Outcome> {
  const output = await run(folder, command, env ? { env } : {});
  const lines = output.split("\n").map((line) => line.replace(/^[^{]*(?=\{"backend")/, ""));
  return judge(probedIn(lines.join("\n")), anyWasm);
}

/** A cell whose parts are commands. */
function commands(
  name: string,
  packages: string | undefined,
  version: (folder: string) => string,
  parts: Readonly<Record<string, (folder: string) => Promise<Outcome>>>,
): Cell {
  return {
    name,
    async run(context) {
      const { folder } = context;
      await makeProject(context, packages);
      const bound = Object.entries(parts).map(([part, attempt]) => [part, () => attempt(folder)] as const);
      return await tryParts({ version: version(folder) }, Object.fromEntries(bound));
    },
  };
}

const jest =
  (environment: string, test: string, ...flags: string[]) =>
  async (folder: string) =>
    await tryCommand(folder, [
      node,
      ...flags,
      "node_modules/jest/bin/jest.js",
      `--env=${environment}`,
      "--runTestsByPath",
      test,
      "--silent=false",
      "--reporters=./quiet.cjs",
    ]);

const vitest = (environment: string, pool: string) => async (folder: string) =>
  await tryCommand(folder, [
    node,
    "node_modules/vitest/vitest.mjs",
    "run",
    `--environment=${environment}`,
    `--pool=${pool}`,
    "--globals",
    "--disable-console-intercept",
    "vitest.test.js",
  ]);

/** Node 26, which the tests in engines install. */
function node26(): string {
  try {
    return join(
      createRequire(new URL("../../test/engines/package.json", import.meta.url)).resolve("node26/package.json"),
      "../bin/node",
    );
  } catch {
    throw new Skip("npm ci in test/engines installs the Node that this needs");
  }
}

const own = () => process.versions.node;

export const runners: readonly Cell[] = [
  commands("node", undefined, own, {
    "import and require": (folder) => tryCommand(folder, [node, "shared.js"]),
    require: (folder) => tryCommand(folder, [node, "required.cjs"]),
    "node:test": (folder) => tryCommand(folder, [node, "--test", "--test-reporter=spec", "nodeTest.js"]),
  }),
  commands("node, its own types", undefined, () => "26", {
    "ES modules": (folder) => tryCommand(folder, [node26(), "program.ts"]),
  }),
  commands("jest", "jest", (folder) => versionOf(folder, "jest"), {
    "CommonJS, node": jest("node", "common.test.cjs"),
    "CommonJS, jsdom": jest("jsdom", "common.test.cjs"),
    "ES modules, node": jest("node", "modules.test.mjs", "--experimental-vm-modules"),
    "ES modules, jsdom": jest("jsdom", "modules.test.mjs", "--experimental-vm-modules"),
  }),
  commands("vitest", "vitest", (folder) => versionOf(folder, "vitest"), {
    node: vitest("node", "forks"),
    jsdom: vitest("jsdom", "forks"),
    "happy-dom": vitest("happy-dom", "forks"),
    "node, vmThreads": vitest("node", "vmThreads"),
    "jsdom, vmThreads": vitest("jsdom", "vmThreads"),
  }),
  commands("mocha", "mocha", (folder) => versionOf(folder, "mocha"), {
    "ES modules": (folder) => tryCommand(folder, [node, "node_modules/mocha/bin/mocha.js", "mocha.js"]),
    CommonJS: (folder) => tryCommand(folder, [node, "node_modules/mocha/bin/mocha.js", "mocha.cjs"]),
  }),
  commands("tsx", "typescript-runners", (folder) => versionOf(folder, "tsx"), {
    "ES modules": (folder) => tryCommand(folder, [node, "node_modules/tsx/dist/cli.mjs", "program.ts"]),
    CommonJS: (folder) => tryCommand(folder, [node, "node_modules/tsx/dist/cli.mjs", "commonjs/program.ts"]),
  }),
  commands("ts-node", "typescript-runners", (folder) => versionOf(folder, "ts-node"), {
    "ES modules": (folder) =>
      tryCommand(folder, [node, "--no-warnings", "--loader", "ts-node/esm/transpile-only", "program.ts"]),
    CommonJS: (folder) => tryCommand(folder, [node, "-r", "ts-node/register", "commonjs/program.ts"]),
  }),
  commands("swc", "typescript-runners", (folder) => versionOf(folder, "@swc-node/register"), {
    "ES modules": (folder) => tryCommand(folder, [node, "--import", "@swc-node/register/esm-register", "program.ts"]),
    CommonJS: (folder) => tryCommand(folder, [node, "-r", "@swc-node/register", "commonjs/program.ts"]),
  }),
  commands("babel", "babel", (folder) => versionOf(folder, "@babel/core"), {
    "to CommonJS": async (folder) => {
      const out = join(folder, "out");
      rmSync(out, { recursive: true, force: true });
      const babel = [node, "node_modules/@babel/cli/bin/babel.js", "shared.babel.js", "probe.js", "-d", "out"];
      await run(folder, [...babel, "--config-file", "./babel.json"]);
      cpSync(join(folder, "commonjs/package.json"), join(out, "package.json"));
      return await tryCommand(folder, [node, "out/shared.babel.js"]);
    },
  }),
];
