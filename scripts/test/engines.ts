/** The engines, and how Vitest is run in each. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { backendVariable } from "../../test/engines/plan.js";
import { type Browser, browsers } from "../../test/engines/debian.js";
import { REVECTORIZE } from "../../test/engines/revectorize.js";

export const enginesFolder = fileURLToPath(new URL("../../test/engines/", import.meta.url));

const { optionalDependencies } = JSON.parse(readFileSync(`${enginesFolder}package.json`, "utf8")) as {
  optionalDependencies: Record<string, string>;
};
const packages = Object.keys(optionalDependencies);

const newest = packages.at(-1)!;

/** The newest Node with vectors of 256 bits. */
const wide = `${newest}wide`;

/** An engine, in which a Node runs Vitest with some arguments. */
export interface Engine {
  readonly name: string;
  readonly node: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The browser that it needs. */
  readonly browser?: Browser;
}

/** Whether npm has packages of Node for this platform. */
export const hasNodes = `${process.platform}-${process.arch}` === "linux-x64";

export const newerNodes: readonly Engine[] = [...packages, wide].map((name) => {
  const node = `${enginesFolder}node_modules/${name.replace(/wide$/, "")}/bin/node`;
  const args = ["--project=engine"];
  if (name === newest) args.push("--project=onceABackend");
  if (name === wide) args.push(`--execArgv=${REVECTORIZE}`);
  return { name, node, args, env: { [backendVariable]: "relaxed-simd" } };
});

const config = "--config=test/engines/vitest.browser.config.ts";

export const browserEngines: readonly Engine[] = browsers.map((name) => {
  return { name, node: process.execPath, args: [config, `--project=${name}`], env: {}, browser: name };
});

/** The site's pages, in a browser that Node drives. */
export const siteEngine: Engine = {
  name: "site",
  node: process.execPath,
  args: ["--project=site"],
  env: {},
  browser: "chromium",
};

/** This Node runs all files, in as many runs as there are projects, so that two processors may share them. */
export const thisNode: readonly Engine[] = ["onceABackend", "engine", "once"].map((project) => {
  return { name: `node ${project}`, node: process.execPath, args: [`--project=${project}`], env: {} };
});
