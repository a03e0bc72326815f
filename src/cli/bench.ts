/** How fast functions are on this machine, beside plain JavaScript. */

import { type BackendName, backends, useBackend } from "lanewise";
import { digits } from "../../bench/format.js";
import {
  plainArgmax,
  plainFormulas,
  plainHardmax,
  plainLogSoftmax,
  plainLogSumExp,
  plainLoops,
  plainSoftmax,
  plainSoftmin,
  plainSparsemax,
} from "../../bench/plain.js";
import { type Racer, race } from "../../bench/race.js";
import { PLAIN } from "../../bench/results.js";
import { machine } from "./info.js";
import { showProgress } from "./progress.js";
import { tableOf } from "./table.js";
import { type Target, targetOf } from "./targets.js";
import { UsageError } from "./errors.js";

/** Milliseconds that all of it may take, and those that a candidate takes at most. */
const BUDGET = 14_000;
const LONGEST = 250;

type PlainRow = (x: Float32Array, out: Float32Array) => unknown;

/** The functions of rows in plain JavaScript. */
const plainRows: Readonly<Record<string, PlainRow>> = {
  argmax: plainArgmax,
  hardmax: plainHardmax,
  logSoftmax: plainLogSoftmax,
  logSumExp: plainLogSumExp,
  softmax: (x, out) => plainSoftmax(x, out),
  softmin: plainSoftmin,
  sparsemax: plainSparsemax,
};

/** A function that there is plain JavaScript of. */
function benchable(name: string): Target {
  const target = targetOf(name);
  if (target.kind === "elementwise" ? target.isDerivative : plainRows[name] === undefined) {
    throw new UsageError(`there is no plain JavaScript of ${name} to compare it with`);
  }
  return target;
}

/** Measures functions with arrays of so many elements, and gives a table. */
export async function measure(names: readonly string[], size: number): Promise<string> {
  const subjects = names.map(benchable);
  const available = backends()
    .filter((one) => one.available)
    .map(({ name }) => name);
  const x = Float32Array.from({ length: size }, (_, i) => 4 * Math.sin(i * 12.9898) + 0.001);
  const columns = [PLAIN, ...available.toReversed()];
  const racersOf = (target: Target) => [
    ...plainRacers(target, x),
    ...available.map((name) => ownRacer(target, x, name)),
  ];
  const count = subjects.reduce((sum, target) => sum + racersOf(target).length, 0);
  const milliseconds = Math.min(LONGEST, BUDGET / count);
  const progress = showProgress(subjects.length, "{bar} {value} of {total} functions");
  const rows: string[][] = [];
  try {
    for (const target of subjects) {
      const times = await race(racersOf(target), size, milliseconds);
      rows.push(rowOf(target.name, columns, times));
      progress.add(1);
    }
  } finally {
    progress.stop();
  }
  const last = available[0];
  return [
    machine(),
    `float32, ${size.toLocaleString("en")} elements, f(x, { out }): copying counts. Nanoseconds an element, median (minimum).`,
    "",
    tableOf(["", ...columns, `${last} is`], rows, 1),
  ].join("\n");
}

/** A function's times; of several loops of plain JavaScript the fastest counts. */
function rowOf(
  name: string,
  columns: readonly string[],
  times: ReadonlyMap<Racer, readonly [number, number]>,
): string[] {
  const best = new Map<string, readonly [minimum: number, median: number]>();
  for (const [racer, time] of times) {
    const before = best.get(racer.name);
    if (before === undefined || time[1] < before[1]) best.set(racer.name, time);
  }
  const figures = columns.map((column) => best.get(column)!);
  const ratio = figures[0][1] / figures[figures.length - 1][1];
  return [
    name,
    ...figures.map(([minimum, median]) => `${digits(median)} (${digits(minimum)})`),
    `${digits(ratio)}× as fast`,
  ];
}

/** What the turns hand over to each candidate, none of which needs it. */
const NO_INPUTS = {} as Racer["inputs"];

function plainRacers(target: Target, x: Float32Array): Racer[] {
  const out = new Float32Array(x.length);
  const loops: PlainRow[] =
    target.kind === "elementwise"
      ? (plainLoops(plainFormulas(target.fn.definition), "bench") as PlainRow[])
      : [plainRows[target.name]];
  return loops.map((loop, i) => {
    const run = (calls: number) => {
      for (let call = 0; call < calls; call++) loop(x, out);
    };
    return { name: PLAIN, label: `${target.name} ${PLAIN} ${i}`, form: "out", run, inputs: NO_INPUTS };
  });
}

function ownRacer(target: Target, x: Float32Array, name: BackendName): Racer {
  const isReduced = target.kind === "rows" && target.definition.reduces === true;
  const options = isReduced ? undefined : { out: new Float32Array(x.length) };
  const call = target.call as (x: Float32Array, options: unknown) => unknown;
  const run = (calls: number) => {
    useBackend(name);
    for (let i = 0; i < calls; i++) call(x, options);
  };
  return { name, label: `${target.name} ${name}`, form: "out", run, inputs: NO_INPUTS };
}
