// @ts-check
// The peers of bench/peers/, which are installed when they are first asked for.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * A function of a peer, called as its documentation says.
 *
 * @typedef {object} Call
 * @property {string} peer with its version
 * @property {string} function the name that it has in lanewise
 * @property {Record<string, number | string>} [options] lanewise's, where they are not the default
 * @property {(x: Float32Array) => Promise<Float32Array>} call arrays in and out
 * @property {(x: Float32Array) => { run: () => void, end: () => void }} [resident] takes x into the peer's memory, until
 *   the end, and gives a call that leaves its result there, too
 */

const folder = new URL("peers/", import.meta.url);

/** @returns {Promise<Call[]>} */
export async function peerCalls() {
  if (!existsSync(new URL("node_modules/", folder))) {
    console.log("Installing bench/peers");
    const { status } = spawnSync("npm", ["ci"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
    if (status !== 0) throw new Error("npm ci failed in bench/peers");
  }
  return (await import(new URL("calls.js", folder).href)).peerCalls();
}
