/**
 * Installs what engines need and lack: `packages` are those of test/engines, other arguments name browsers (on Debian by
 * apt-get, elsewhere by Playwright). Sends the names of what is missing in the end.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Browser, debian, hasDebian } from "../../test/engines/debian.js";
import { installDebian, isPrivileged } from "../debian.js";
import { npmCommand } from "../npm.js";
import { enginesFolder } from "./engines.js";

/** Runs a command to its end and says whether it succeeded. */
function run([file, ...args]: readonly string[]): boolean {
  console.log(`\n> ${file} ${args.join(" ")}`);
  return spawnSync(file, args, { cwd: enginesFolder, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** Installs the packages of test/engines, unless those of its present lock file are there, and says whether they are. */
function installPackages(): boolean {
  const lock = readFileSync(`${enginesFolder}package-lock.json`, "utf8");
  const installedLock = `${enginesFolder}node_modules/.installed-lock.json`;
  if (existsSync(installedLock) && readFileSync(installedLock, "utf8") === lock) return true;
  if (!run(npmCommand("ci"))) return false;
  writeFileSync(installedLock, lock);
  return true;
}

/** Installs the browsers that are missing, and returns those that still are. */
function installBrowsers(wanted: readonly Browser[]): Browser[] {
  let missing = wanted.filter((browser) => !hasDebian(browser));
  if (missing.length === 0) return missing;
  if (installDebian(missing.flatMap((browser) => debian[browser].packages))) {
    missing = missing.filter((browser) => !hasDebian(browser));
  }
  const playwright = [process.execPath, `${enginesFolder}node_modules/playwright/cli.js`, "install"];
  if (missing.length > 0 && isPrivileged()) playwright.push("--with-deps");
  return missing.filter((browser) => !run([...playwright, browser]));
}

const wanted = process.argv.slice(2);
const isOfPackages = wanted[0] === "packages";
const missing = isOfPackages ? (installPackages() ? [] : ["packages"]) : installBrowsers(wanted as Browser[]);
process.send?.(missing);
