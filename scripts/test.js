// @ts-check
// Runs the tests in every engine and adds up the totals. What it lacks it installs first: the packages of test/engines,
// and the browsers (on Debian by apt-get, elsewhere by Playwright).
//
//   node scripts/test.js                  every engine
//   node scripts/test.js node             this Node only; installs nothing
//   node scripts/test.js browsers         the browsers only
//   node scripts/test.js node26 firefox   the named engines only; node26wide is node26 with vectors of 256 bits

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { debian, hasDebian } from "../test/engines/debian.js";
import { REVECTORIZE } from "../test/engines/revectorize.js";
import { installDebian, isPrivileged } from "./debian.js";

/** @import { Report, Totals } from "./totals.js" */
/** @import { Browser } from "../test/engines/debian.js" */

const root = fileURLToPath(new URL("..", import.meta.url));
const enginesFolder = `${root}test/engines/`;
const packages = Object.keys(JSON.parse(readFileSync(`${enginesFolder}package.json`, "utf8")).optionalDependencies);
const wide = `${packages[packages.length - 1]}wide`; // the newest, with vectors of 256 bits
const newerNodes = [...packages, wide];
const browsers = /** @type {Browser[]} */ (Object.keys(debian));
const runLimit = 30 * 60_000; // milliseconds, for one run of Vitest

/** @type {Totals} */
const sum = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const summary = [];

/**
 * Adds to the sum, and a line to the summary.
 *
 * @param {string} engine
 * @param {Partial<Totals>} totals
 * @param {string} [text]
 */
function count(engine, totals, text = describe(totals)) {
  sum.passed += totals.passed ?? 0;
  sum.failed += totals.failed ?? 0;
  sum.skipped += totals.skipped ?? 0;
  summary.push(`${engine.padEnd(10)}  ${text}`);
}

/** @param {Partial<Totals>} totals */
function describe({ passed = 0, failed = 0, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
}

/**
 * Runs a command to its end and says whether it succeeded.
 *
 * @param {string[]} command
 */
function run([file, ...args], cwd = root) {
  console.log(`\n> ${file} ${args.join(" ")}`);
  return spawnSync(file, args, { cwd, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/**
 * Runs Vitest once for the named engines, each of which must run a test.
 *
 * @param {string[]} names
 * @param {string} node the Node that runs it
 * @param {string[]} args
 */
async function vitest(names, node, args = []) {
  console.log(`\n> vitest in ${names.join(", ")}`);
  const reporters = ["--reporter=default", "--reporter=./scripts/totals.js"];
  const child = spawn(node, ["node_modules/vitest/vitest.mjs", "run", ...reporters, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    timeout: runLimit,
  });
  /** @type {Report} */
  let report = { projects: {}, unhandledErrors: 0 };
  child.on("message", (message) => (report = /** @type {typeof report} */ (message)));
  const status = await new Promise((resolve) => {
    child.on("error", resolve);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });

  const failedBefore = sum.failed;
  for (const name of names) {
    const totals = report.projects[name] ?? report.projects.node;
    if (totals?.passed || totals?.failed) count(name, totals);
    else count(name, { failed: 1 }, `FAILED: ran no test; Vitest ended with ${status}`);
  }
  const failed = report.unhandledErrors;
  if (failed) count(names.join(), { failed }, `FAILED: ${failed} error(s) outside tests`);
  if (status !== 0 && sum.failed === failedBefore) {
    count(names.join(), { failed: 1 }, `FAILED: Vitest ended with ${status}`);
  }
}

/**
 * Runs the tests in a newer Node out of test/engines.
 *
 * @param {string} name
 */
async function newerNode(name) {
  const node = `${enginesFolder}node_modules/${name.replace("wide", "")}/bin/node`;
  const platform = `${process.platform}-${process.arch}`;
  if (existsSync(node)) await vitest([name], node, name === wide ? [`--execArgv=${REVECTORIZE}`] : []);
  else if (platform === "linux-x64") count(name, { failed: 1 }, "FAILED: is missing in test/engines/node_modules");
  else count(name, { skipped: 1 }, `skipped: has no package for ${platform}; run the tests in a Node >= 22 instead`);
}

/** Installs the packages of test/engines, unless those of its present lock file are there. */
function installPackages() {
  const lock = readFileSync(`${enginesFolder}package-lock.json`, "utf8");
  const installedLock = `${enginesFolder}node_modules/.installed-lock.json`;
  if (existsSync(installedLock) && readFileSync(installedLock, "utf8") === lock) return true;
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  if (!run([...npm, "ci"], enginesFolder)) return false;
  writeFileSync(installedLock, lock);
  return true;
}

/**
 * Installs the browsers that are missing, and returns those that are there in the end.
 *
 * @param {Browser[]} wanted
 */
function installBrowsers(wanted) {
  let missing = wanted.filter((browser) => !hasDebian(browser));
  if (missing.length === 0) return wanted;

  if (installDebian(missing.flatMap((browser) => debian[browser].packages))) {
    missing = missing.filter((browser) => !hasDebian(browser));
  }
  const playwright = [process.execPath, `${enginesFolder}node_modules/playwright/cli.js`, "install"];
  if (isPrivileged()) playwright.push("--with-deps");
  return wanted.filter((browser) => !missing.includes(browser) || run([...playwright, browser]));
}

const all = ["node", ...newerNodes, ...browsers];
const args = process.argv.slice(2).flatMap((arg) => (arg === "browsers" ? browsers : arg));
const unknown = args.filter((arg) => !all.includes(arg));
if (unknown.length) throw new Error(`unknown engine ${unknown.join()}; there are ${all.join(", ")} and browsers`);
const wanted = all.filter((name) => args.length === 0 || args.includes(name));

if (wanted.includes("node")) await vitest(["node"], process.execPath);

const others = wanted.filter((name) => name !== "node");
if (others.length && !installPackages()) {
  for (const name of others) count(name, { failed: 1 }, "FAILED: `npm ci` failed in test/engines");
} else if (others.length) {
  for (const name of newerNodes.filter((name) => wanted.includes(name))) await newerNode(name);

  const wantedBrowsers = browsers.filter((name) => wanted.includes(name));
  const installed = installBrowsers(wantedBrowsers);
  const config = ["--config=test/engines/vitest.browser.config.ts", ...installed.map((name) => `--project=${name}`)];
  if (installed.length) await vitest(installed, process.execPath, config);
  for (const name of wantedBrowsers.filter((name) => !installed.includes(name))) {
    const packages = debian[name].packages.join(" ");
    count(name, { failed: 1 }, `FAILED: is missing; install Debian's ${packages}, or let Playwright download its own`);
  }
}

console.log(`\n${summary.join("\n")}\n\n${describe(sum)}`);
if (sum.failed) process.exitCode = 1;
