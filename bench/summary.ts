/** What single calls cost by form: f(x) and f(x, { out }) of the same program, and the plain loop that writes into `out`. */

import { callSizes } from "./plan.js";
import { type Measurement, PLAIN, type Program, type Run } from "./results.js";

/** Nanoseconds a call, by minima. */
export interface CallCosts {
  readonly plain: number;
  /** Of f(x), which makes a new array. Absent where that was not measured. */
  readonly fresh?: number;
  /** Of f(x, { out }). */
  readonly out: number;
}

export interface CallCostsOf {
  readonly function: string;
  /** By the number of elements, as far as it was measured at that. */
  readonly costs: ReadonlyMap<number, CallCosts>;
}

/** The costs of all functions that were measured with `{ out }` at callSizes, in one program. */
export function callCosts(
  { measurements }: Pick<Run, "measurements">,
  program: Program,
  candidate = "simd",
): CallCostsOf[] {
  const here = measurements.filter((measurement) => {
    return measurement.program === program && measurement.type === "float32" && callSizes.includes(measurement.size);
  });
  const withOut = here.filter(({ form, times }) => form === "out" && times[candidate] && times[PLAIN]);
  const names = [...new Set(withOut.map((measurement) => measurement.function))];
  return names.map((name) => ({
    function: name,
    costs: new Map(
      withOut
        .filter((measurement) => measurement.function === name)
        .map((measurement): [number, CallCosts] => {
          const { size, times } = measurement;
          const fresh = here.find((other) => isNewOf(other, measurement))?.times[candidate];
          return [
            size,
            {
              plain: times[PLAIN][0] * size,
              ...(fresh && { fresh: fresh[0] * size }),
              out: times[candidate][0] * size,
            },
          ];
        }),
    ),
  }));
}

/** Whether a measurement is of f(x) where the other is of f(x, { out }). */
export function isNewOf(measurement: Measurement, other: Measurement): boolean {
  return (
    measurement.form === "new" &&
    measurement.function === other.function &&
    measurement.size === other.size &&
    measurement.type === other.type &&
    measurement.program === other.program
  );
}

/** Nanoseconds a call of all forms, as text. */
export function costsText({ plain, fresh, out }: CallCosts): string[] {
  return [plain, fresh, out].map((cost) => (cost === undefined ? "" : cost.toFixed(0)));
}

/** The geometric mean of ratios. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
