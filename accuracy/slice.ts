/** Runs one function over a slice of the inputs, on several backends, in a worker process. */

import "./engine.js";
import { type BackendName, backends as listBackends, type Elementwise, functions, useBackend } from "lanewise";
import { Counter } from "./counter.js";
import { checkOracle, ORACLE, oracleOf } from "./oracle.js";
import { newTally, type Tally } from "./tally.js";

export type Kind = "value" | "derivative";

/** Parameters by name. */
export type Options = Readonly<Record<string, number | string>>;

/** A part of all inputs: input number i is the one whose bit pattern is i · stride. */
export interface Slice {
  /** The function's name. */
  readonly name: string;
  readonly kind: Kind;
  readonly options: Options;
  readonly backends: readonly BackendName[];
  readonly stride: number;
  /** The number of the first input. */
  readonly from: number;
  /** The number after the last. */
  readonly to: number;
}

/** Inputs taken at once: they and their results, 28 bytes each, stay in the second cache. */
const CHUNK = 4096;

let counter: Counter | undefined;

/**
 * @returns a tally for each backend
 * @throws {Error} if the function has fallen back to its formula, whose errors say nothing of the kernels
 */
export default function runSlice(slice: Slice, table: readonly Elementwise[] = functions): Tally[] {
  const { name, kind, options, backends, stride, from, to } = slice;
  counter ??= new Counter(CHUNK);
  const fn = table.find(({ definition }) => definition.name === name);
  if (fn === undefined) throw new RangeError(`there is no function ${name}`);
  const call = kind === "value" ? fn : fn.derivative;
  const oracle = oracleOf(fn, kind, options);
  const bound = fn.definition.ulp[kind];
  const given = { ...options, out: counter.got };
  const tallies = backends.map(newTally);
  for (let next = from; next < to; next += CHUNK) {
    const n = Math.min(CHUNK, to - next);
    counter.fill(next * stride, stride);
    useBackend(ORACLE);
    oracle.call(counter.wide, counter.exact);
    checkOracle(oracle, counter, n, Math.floor(next / CHUNK));
    for (const [i, backend] of backends.entries()) {
      useBackend(backend);
      call(counter.x, given);
      counter.count(tallies[i], n, oracle.crossing, bound);
    }
  }
  checkFallbacks(name);
  return tallies;
}

/** @throws {Error} if a function has fallen back to its formula on a backend that runs kernels */
export function checkFallbacks(name: string): void {
  for (const { name: backend, fallbacks } of listBackends()) {
    const reason = fallbacks?.[name];
    if (reason !== undefined) throw new Error(`${name} on ${backend} has fallen back to plain JavaScript: ${reason}`);
  }
}
