/**
 * Builds the package and runs the tests in every engine, as many engines at a time as there are processors, and adds up the
 * totals. What it lacks it installs meanwhile: the packages of test/engines, and the browsers.
 *
 *   npm test                         every engine
 *   npm test -- node                 this Node only; installs nothing
 *   npm test -- browsers             the browsers only
 *   npm test -- site                 the site's pages, in Chromium
 *   npm test -- node26 firefox       the named engines only; node26wide is node26 with vectors of 256 bits
 *
 * Which files each engine runs, and why, is in test/engines/plan.ts.
 */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { browsers, debian } from "../test/engines/debian.js";
import { browserEngines, type Engine, hasNodes, newerNodes, siteEngine, thisNode } from "./test/engines.js";
import { type Ended, execute } from "./test/execute.js";
import { Slots } from "./test/slots.js";
import { Summary } from "./test/summary.js";

const runLimit = 10 * 60_000; // milliseconds, for one run of Vitest

const all = ["node", ...[...newerNodes, ...browserEngines, siteEngine].map(({ name }) => name)];
const args = process.argv.slice(2).flatMap((arg) => (arg === "browsers" ? browsers : arg));
const unknown = args.filter((arg) => !all.includes(arg));
if (unknown.length > 0) throw new Error(`unknown engine ${unknown.join()}; there are ${all.join(", ")} and browsers`);
const isWanted = ({ name }: Engine) => args.length === 0 || args.includes(name);

const here = args.length === 0 || args.includes("node") ? thisNode : [];
const nodes = newerNodes.filter(isWanted);
const pages = [...browserEngines, siteEngine].filter(isWanted);

const summary = new Summary();
const runs = here.length + (hasNodes ? nodes.length : 0) + pages.length;
const slots = new Slots(Math.min(runs, availableParallelism()));
const workers = `--maxWorkers=${Math.floor(availableParallelism() / slots.count)}`;

const script = (path: string, ...args: string[]) => [process.execPath, "--import", "tsx", path, ...args];
const built = execute("build", script("scripts/build.ts"));
const packages =
  nodes.length + pages.length > 0 ? execute("packages", script("scripts/test/install.ts", "packages")) : undefined;
const names = [...new Set(pages.map(({ browser }) => browser!))];
const installed =
  names.length > 0 ? packages!.then(() => execute("browsers", script("scripts/test/install.ts", ...names))) : undefined;

/** The names of what is missing after an installation: of all of it where it didn't get so far as to say. */
async function lacks(installation: Promise<Ended>, all: string): Promise<readonly string[]> {
  return ((await installation).message as readonly string[] | undefined) ?? [all];
}

/** Runs the tests in an engine, once a slot is free, unless something is missing. */
async function runTests({ name, node, args, env }: Engine, missing: string | undefined): Promise<void> {
  const why = (await built).status === 0 ? missing : "the build failed";
  if (why !== undefined) {
    summary.add(name, { failed: 1 }, `FAILED: ${why}`);
    return;
  }
  await slots.use(async () => {
    const reporters = ["--reporter=default", "--reporter=./scripts/totals.ts"];
    const command = [node, "node_modules/vitest/vitest.mjs", "run", ...reporters, workers, ...args];
    summary.addRun(name, await execute(name, command, { limit: runLimit, env }));
  });
}

async function runNewerNode(engine: Engine): Promise<void> {
  if (!hasNodes) {
    const platform = `${process.platform}-${process.arch}`;
    const advice = `skipped: has no package for ${platform}; run the tests in a Node >= 22 instead`;
    summary.add(engine.name, { skipped: 1 }, advice);
    return;
  }
  await packages;
  await runTests(engine, existsSync(engine.node) ? undefined : "is missing in test/engines/node_modules");
}

async function runBrowser(engine: Engine): Promise<void> {
  const browser = engine.browser!;
  const lacking = [await lacks(packages!, "packages"), await lacks(installed!, browser)].flat();
  const { packages: names } = debian[browser];
  const advice = `is missing; install Debian's ${names.join(" ")}, or let Playwright download its own`;
  if (lacking.includes("packages")) await runTests(engine, "`npm ci` failed in test/engines");
  else await runTests(engine, lacking.includes(browser) ? advice : undefined);
}

// Those that take longest come first.
await Promise.all([
  ...here.map((engine) => runTests(engine, undefined)),
  ...pages.map(runBrowser),
  ...nodes.map(runNewerNode),
]);
summary.print();
if (summary.sum.failed > 0) process.exitCode = 1;
