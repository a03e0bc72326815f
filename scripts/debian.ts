/** Installing packages of Debian. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Whether this is Debian. Ubuntu's Chromium and Firefox are snaps, which can't be driven from here. */
const isDebian = () => existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));

const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];

/** Runs a command with the rights to install, and says whether it succeeded. */
function runPrivileged(...command: string[]): boolean {
  const [file, ...args] = [...sudo, ...command];
  console.log(`\n> ${file} ${args.join(" ")}`);
  return spawnSync(file, args, { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** Whether packages can be installed, without a password. */
export function isPrivileged(): boolean {
  return process.platform === "linux" && runPrivileged("true");
}

/**
 * Installs packages by apt-get, where that can be done.
 *
 * @returns whether it was tried
 */
export function installDebian(packages: readonly string[]): boolean {
  if (!isDebian() || !isPrivileged()) return false;
  const apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600"];
  runPrivileged(...apt, "update");
  runPrivileged(...apt, "install", "-y", "--no-install-recommends", ...packages);
  return true;
}
