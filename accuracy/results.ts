/** The largest errors found, docs/accuracy.json: a line for each function, kind and backend, and for each function and peer. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { BackendName } from "lanewise";
import type { Kind, Options } from "./slice.js";
import { parse, stringify, type Tally } from "./tally.js";

export interface Conditions {
  readonly runtime: string;
  readonly date: string;
}

/** The errors of a function over all float32 inputs. */
export interface Bound extends Tally, Conditions {
  readonly function: string;
  readonly kind: Kind;
  readonly backend: BackendName;
}

/** The errors of a peer. */
export interface PeerBound extends Tally, Conditions {
  readonly peer: string;
  readonly function: string;
  readonly options?: Options;
  readonly stride: number;
}

/** The errors of a function's float64 results at random points. */
export interface Float64Bound extends Conditions {
  readonly function: string;
  readonly kind: Kind;
  readonly backend: BackendName;
  readonly points: number;
  /** How many results are correctly rounded. */
  readonly correct: number;
  /** The largest error, in ulp. */
  readonly error: number;
  /** The first point that has it, and its parameters, if the function has some. */
  readonly at: number;
  readonly options?: Options | undefined;
  /** How many results are over the bound. */
  readonly over: number;
}

export interface Results {
  readonly bounds: readonly Bound[];
  readonly float64: readonly Float64Bound[];
  readonly peers: readonly PeerBound[];
}

const FILE = new URL("../docs/accuracy.json", import.meta.url);

export function readResults(file = FILE): Results {
  const none: Results = { bounds: [], float64: [], peers: [] };
  return existsSync(file) ? { ...none, ...parse<Partial<Results>>(readFileSync(file, "utf8")) } : none;
}

/**
 * Stores new results in place of older ones of the same function, kind and backend, or of the same peer.
 *
 * @param functions the names in the order of the table: results of other functions are dropped
 */
export function storeResults(found: Partial<Results>, functions: readonly string[], file = FILE): void {
  const kept = readResults(file);
  const ofBackend = ({ kind, backend }: Bound | Float64Bound) => `${kind} ${backend}`;
  const bounds = merge([...kept.bounds, ...(found.bounds ?? [])], functions, ofBackend);
  const float64 = merge([...kept.float64, ...(found.float64 ?? [])], functions, ofBackend);
  const peers = merge([...kept.peers, ...(found.peers ?? [])], functions, ({ peer, options }) => {
    // Another version takes the place of the one before.
    return `${peer.replace(/ [\d.]+$/, "")} ${stringify(options)}`;
  });
  const lines = (rows: readonly unknown[]) => rows.map((row) => `\n    ${stringify(row)}`).join();
  mkdirSync(new URL(".", file), { recursive: true });
  const parts = Object.entries({ bounds, float64, peers }).map(([name, rows]) => `\n  "${name}": [${lines(rows)}\n  ]`);
  writeFileSync(file, `{${parts.join()}\n}\n`);
}

/**
 * The rows in the order of the functions, without those that a later one replaces.
 *
 * @param key tells apart the rows of a function
 */
function merge<T extends { readonly function: string }>(
  rows: readonly T[],
  functions: readonly string[],
  key: (row: T) => string,
): T[] {
  const last = [...new Map(rows.map((row) => [`${row.function} ${key(row)}`, row])).values()];
  return functions.flatMap((name) => last.filter((row) => row.function === name));
}

export function conditions(): Conditions {
  const runtime = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus()[0].model.trim()}`;
  return { runtime, date: new Date().toISOString().slice(0, 10) };
}
