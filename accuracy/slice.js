// @ts-check
// Runs one function over a slice of the inputs, on several backends: what a worker does.

import "./engine.js";
import { functions, useBackend } from "lanewise";
import { Counter } from "./counter.js";
import { checkOracle, ORACLE, oracleOf } from "./oracle.js";
import { newTally } from "./tally.js";

/** @import { BackendName, Elementwise } from "lanewise" */
/** @import { Tally } from "./tally.js" */

/** @typedef {"value" | "derivative"} Kind */
/** @typedef {Record<string, number | string>} Options parameters by name */

/**
 * Input number i is the one whose bit pattern is i · stride.
 *
 * @typedef {object} Slice
 * @property {string} name the function's
 * @property {Kind} kind
 * @property {Options} options
 * @property {readonly BackendName[]} backends
 * @property {number} stride
 * @property {number} from the number of the first input
 * @property {number} to the number after the last
 */

/** Inputs taken at once: they and their results, 28 bytes each, stay in the second cache. */
const CHUNK = 4096;

/** @type {Counter | undefined} */
let counter;

/**
 * @param {Slice} slice
 * @param {readonly Elementwise[]} [table]
 * @returns {Tally[]} one for each backend
 */
export default function runSlice({ name, kind, options, backends, stride, from, to }, table = functions) {
  counter ??= new Counter(CHUNK);
  const fn = /** @type {Elementwise} */ (table.find(({ definition }) => definition.name === name));
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
    for (let i = 0; i < backends.length; i++) {
      useBackend(backends[i]);
      call(counter.x, given);
      counter.count(tallies[i], n, oracle.crossing, bound);
    }
  }
  return tallies;
}
