// @ts-check
import { useBackend } from "lanewise";
import { Bench } from "tinybench";

/** @import { Inputs, Variant } from "./cases.js" */
/** @import { Pair } from "./results.js" */

/** Milliseconds that a slice takes at least: long for the clock, short beside the time that other programs take. */
const SLICE = 0.3;

const FEWEST_ROUNDS = 7;

/** The part of the time that goes to warming up. */
const WARM_UP = 0.25;

/**
 * Measures the variants by turns, slice by slice, so that what else the machine does falls on all of them alike.
 *
 * The turns are tinybench's: with `concurrency: "bench"` each task waits for its next turn after every call of its
 * function. Here such a call is a slice, which makes many calls and tells their mean by `overriddenDuration`. Without
 * that option tinybench runs one task after the other.
 *
 * @param {(Variant & { inputs: Inputs })[]} variants
 * @param {number} size elements a call
 * @param {number} milliseconds to take for all of it, but at least FEWEST_ROUNDS slices of each
 * @returns {Promise<Record<string, Pair>>} by contestants
 */
export async function race(variants, size, milliseconds) {
  const slices = variants.map(({ backend, run, inputs }) => {
    let calls = 1;
    return async () => {
      if (backend !== undefined) useBackend(backend);
      const begin = performance.now();
      const given = run(calls, inputs);
      const told = given instanceof Promise ? await given : undefined;
      const time = typeof told === "number" ? told : performance.now() - begin;
      const overriddenDuration = time / calls;
      if (time < SLICE) calls *= 2;
      return { overriddenDuration, time };
    };
  });

  const begin = performance.now();
  let round = Infinity;
  while (performance.now() - begin < milliseconds * WARM_UP) {
    round = 0;
    for (const slice of slices) round += (await slice()).time;
  }
  const left = milliseconds - (performance.now() - begin);
  const iterations = Math.max(FEWEST_ROUNDS, Math.floor(left / round));

  const bench = new Bench({ concurrency: "bench", warmup: false, time: 0, iterations, throws: true });
  let turn = Promise.resolve(/** @type {unknown} */ (undefined));
  variants.forEach(({ name }, i) => {
    // A slice that waits for a promise must not be disturbed by the others.
    const inTurn = () => /** @type {ReturnType<typeof slices[number]>} */ (turn = turn.then(slices[i]));
    bench.add(name, inTurn, { async: true });
  });
  await bench.run();

  /** @type {Record<string, Pair>} */
  const times = {};
  for (const { name, contestant } of variants) {
    const result = bench.getTask(name)?.result;
    if (result?.state !== "completed") throw new Error(`${name}: ${result?.state}`);
    const { min, p50 } = result.latency;
    const pair = /** @type {Pair} */ ([min, p50].map((time) => Number(((time * 1e6) / size).toPrecision(4))));
    if (times[contestant] === undefined || pair[0] < times[contestant][0]) times[contestant] = pair;
  }
  return times;
}
