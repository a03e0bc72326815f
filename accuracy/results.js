// @ts-check
// What has been found, docs/accuracy.json: one line a function, kind and backend, and one a function and peer.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parse, stringify } from "./tally.js";

/** @import { BackendName } from "lanewise" */
/** @import { Kind, Options } from "./slice.js" */
/** @import { Tally } from "./tally.js" */

/** @typedef {{ runtime: string, date: string }} Conditions */
/** @typedef {{ function: string, kind: Kind, backend: BackendName } & Tally & Conditions} Bound over all float32 inputs */
/** @typedef {{ peer: string, function: string, options?: Options, stride: number } & Tally & Conditions} PeerBound */
/** @typedef {{ bounds: Bound[], peers: PeerBound[] }} Results */

const FILE = new URL("../docs/accuracy.json", import.meta.url);

/** @returns {Results} */
export function readResults(file = FILE) {
  return existsSync(file) ? parse(readFileSync(file, "utf8")) : { bounds: [], peers: [] };
}

/**
 * Stores new results in place of older ones of the same.
 *
 * @param {Partial<Results>} found
 * @param {readonly string[]} functions the names in the order of the table: what else was stored is dropped
 */
export function storeResults(found, functions, file = FILE) {
  const kept = readResults(file);
  const bounds = merge([...kept.bounds, ...(found.bounds ?? [])], functions, (row) => `${row.kind} ${row.backend}`);
  const peers = merge([...kept.peers, ...(found.peers ?? [])], functions, ({ peer, options }) => {
    // Another version takes the place of the one before.
    return `${peer.replace(/ [\d.]+$/, "")} ${stringify(options)}`;
  });
  const lines = (/** @type {unknown[]} */ rows) => rows.map((row) => `\n    ${stringify(row)}`).join();
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, `{\n  "bounds": [${lines(bounds)}\n  ],\n  "peers": [${lines(peers)}\n  ]\n}\n`);
}

/**
 * @template {{ function: string }} T
 * @param {readonly T[]} rows of several that are the same the last counts
 * @param {readonly string[]} functions
 * @param {(row: T) => string} key what tells apart the rows of a function
 */
function merge(rows, functions, key) {
  const last = [...new Map(rows.map((row) => [`${row.function} ${key(row)}`, row])).values()];
  return functions.flatMap((name) => last.filter((row) => row.function === name));
}

/** @returns {Conditions} */
export function conditions() {
  const runtime = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus()[0].model.trim()}`;
  return { runtime, date: new Date().toISOString().slice(0, 10) };
}
