/** How far results are from exact ones. */

import { errorInUlp, leastSpacing } from "../../bench/ulp.js";
import { functions } from "../../src/index.js";
import { callsOf, type TestedCall } from "./backends.js";
import { settingsOf } from "./golden.js";

const BATCH = 1 << 16;

/** An input, and how wrong its result is. */
export interface Worst {
  x: number;
  got: number;
  error: number;
}

export function describeWorst({ x, got }: Worst): string {
  return `at ${x}, where ${got} was given`;
}

/** A function or its derivative with some parameters; the setting is their place in plan.json. */
export interface Sweep extends TestedCall {
  readonly setting: number;
}

/** The elementwise functions and their derivatives, with all parameters of plan.json. */
export const sweeps: readonly Sweep[] = functions.flatMap((fn) =>
  settingsOf(fn.name).flatMap((parameters, setting) =>
    Object.values(callsOf(fn, parameters)).map((tested) => ({ ...tested, setting })),
  ),
);

/** The worst float32 result of inputs every so many bit patterns, among them subnormals, NaNs and both infinities. */
export function sweep({ call, formula, bound, crossing }: TestedCall, step: number): Worst {
  const x = new Float32Array(BATCH);
  const bits = new Uint32Array(x.buffer);
  const y = new Float32Array(BATCH);
  let worst: Worst = { x: 0, got: 0, error: 0 };
  for (let next = 0; next < 2 ** 32;) {
    let count = 0;
    for (; count < BATCH && next < 2 ** 32; count++, next += step) bits[count] = next;
    call(x, { out: y });
    for (let i = 0; i < count; i++) {
      const exact = formula(x[i]);
      const rounded = Math.fround(exact);
      // Correctly rounded: most are, and comparing is quick.
      if (y[i] === rounded && (rounded !== 0 || Object.is(y[i], rounded))) continue;
      const error = errorInUlp(y[i], exact, leastSpacing(crossing, bound, x[i]));
      if (error > worst.error) worst = { x: x[i], got: y[i], error };
    }
  }
  return worst;
}
