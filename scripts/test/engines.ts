/** The engines, and how Vitest is run in each. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { browsers } from "../../test/engines/debian.js";
import { REVECTORIZE } from "../../test/engines/revectorize.js";

export const enginesFolder = fileURLToPath(new URL("../../test/engines/", import.meta.url));

const { optionalDependencies } = JSON.parse(readFileSync(`${enginesFolder}package.json`, "utf8")) as {
  optionalDependencies: Record<string, string>;
};
const packages = Object.keys(optionalDependencies);

/** The newest Node with vectors of 256 bits. */
const wide = `${packages.at(-1)!}wide`;

/** An engine, in which a Node runs Vitest with some arguments. */
export interface Engine {
  readonly name: string;
  readonly node: string;
  readonly args: readonly string[];
  /** Whether it leaves to this Node what plain JavaScript computes the same everywhere. */
  readonly skipsPlain: boolean;
}

/** Whether npm has packages of Node for this platform. */
export const hasNodes = `${process.platform}-${process.arch}` === "linux-x64";

export const newerNodes: readonly Engine[] = [...packages, wide].map((name) => {
  const node = `${enginesFolder}node_modules/${name.replace(/wide$/, "")}/bin/node`;
  return {
    name,
    node,
    args: ["--project=node", ...(name === wide ? [`--execArgv=${REVECTORIZE}`] : [])],
    skipsPlain: true,
  };
});

const config = "--config=test/engines/vitest.browser.config.ts";

export const browserEngines: readonly Engine[] = browsers.map((name) => {
  return { name, node: process.execPath, args: [config, `--project=${name}`], skipsPlain: true };
});

/** This Node: what engines may differ in, and what is the same in every engine. */
export const thisNode: readonly Engine[] = ["node", "once"].map((name) => {
  return { name, node: process.execPath, args: [`--project=${name}`], skipsPlain: false };
});
