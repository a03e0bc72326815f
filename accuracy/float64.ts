/** Holds float64 results, of every backend, to arbitrary precision at random points. */

import { type BackendName, type Elementwise, useBackend } from "lanewise";
import { errorFromParts, leastSpacing } from "../bench/ulp.js";
import { createBar } from "../examples/digits/progress.js";
import { type ExactJob, exactResults } from "./exact.js";
import { drawPoints, randomNumbers, roundingFunctions, settingsOf } from "./points.js";
import { conditions, type Float64Bound } from "./results.js";
import { checkFallbacks, type Kind, type Options } from "./slice.js";

/** Points of a function, of its value and of its derivative each: 672,000 of all. */
export const POINTS = 13_440;

interface Job extends ExactJob {
  readonly fn: Elementwise;
}

export interface Float64Run {
  readonly functions: readonly Elementwise[];
  readonly kinds: readonly Kind[];
  readonly backends: readonly BackendName[];
  /** Points of each form of a function. */
  readonly points: number;
  readonly seed: number;
}

/** The largest errors found of each function, form and backend. Functions that round nothing are left out. */
export async function runFloat64({ functions, kinds, backends, points, seed }: Float64Run): Promise<Float64Bound[]> {
  const rounding = functions.filter(({ definition }) => roundingFunctions.includes(definition.name));
  const jobs = rounding.flatMap((fn) => jobsOf(fn, kinds, points, seed));
  const total = jobs.reduce((sum, job) => sum + job.points.length, 0);
  const bar = createBar(`${total.toLocaleString("en")} exact results `);
  let done = 0;
  const exact = await exactResults(jobs, (count) => bar.update((done += count) / total, ""));
  bar.stop("by mpmath");
  return rounding.flatMap((fn) =>
    kinds.flatMap((kind) =>
      backends.map((backend) => {
        const own = jobs.flatMap((job, i) => (job.fn === fn && job.kind === kind ? [i] : []));
        useBackend(backend);
        const bound = newBound(fn.definition.name, kind, backend);
        for (const i of own) count(bound, jobs[i], exact[i]);
        checkFallbacks(fn.definition.name);
        return bound;
      }),
    ),
  );
}

/** The same points for value and derivative. */
function jobsOf(fn: Elementwise, kinds: readonly Kind[], points: number, seed: number): Job[] {
  const { name } = fn.definition;
  const random = randomNumbers(seed * 1000 + roundingFunctions.indexOf(name));
  const settings = settingsOf(fn, random);
  return settings.flatMap((setting, i) => {
    const share = Math.floor((points * (i + 1)) / settings.length) - Math.floor((points * i) / settings.length);
    const drawn = drawPoints(setting, share, random);
    return kinds.map((kind): Job => ({ fn, function: name, kind, parameters: setting.options, points: drawn }));
  });
}

/** An open bound. */
type Counted = { -readonly [K in keyof Float64Bound]: Float64Bound[K] };

function newBound(name: string, kind: Kind, backend: BackendName): Counted {
  return { function: name, kind, backend, points: 0, correct: 0, error: 0, at: 0, over: 0, ...conditions() };
}

function count(found: Counted, { fn, kind, parameters, points }: Job, exact: Float64Array): void {
  const { definition } = fn;
  const call = kind === "value" ? fn : fn.derivative;
  const given: Options = { ...fn.defaults, ...parameters };
  const crossing = kind === "derivative" ? definition.crossing?.(given) : undefined;
  const bound = definition.ulp[kind];
  const got = call(points, given);
  found.points += points.length;
  for (let i = 0; i < points.length; i++) {
    const [high, low] = [exact[2 * i], exact[2 * i + 1]];
    const error = errorFromParts(got[i], high, low, leastSpacing(crossing, bound, points[i], false));
    if (got[i] === high || Number.isNaN(got[i])) found.correct++;
    if (error > bound) found.over++;
    if (!(error > found.error)) continue;
    found.error = error;
    found.at = points[i];
    found.options = Object.keys(parameters).length > 0 ? parameters : undefined;
  }
}
