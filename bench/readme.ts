/** The parts of the README and docs/speed.md that show the stored runs: Markdown tables, and the conditions of the measurements. */

import type { BackendName } from "lanewise";
import { table } from "../scripts/markdown.js";
import { calls } from "./calls.js";
import { count, digits } from "./format.js";
import { callSizes } from "./plan.js";
import { reached, reachedText, wantedText } from "./reached.js";
import { engineOf, type Form, type Measurement, PLAIN, type Program, ratios, type Results } from "./results.js";
import { type CallCosts, callCosts, costsText } from "./summary.js";
import { isPeer, targets } from "./targets.js";

/** The functions of the README's table, as far as they are stored. */
const FUNCTIONS = "exp relu sigmoid step tanh gelu silu softplus softmax logSoftmax logSumExp".split(" ");

const SIZES = [16, 1000, 10_000, 1_000_000];

function isMixedFloat32({ program, type }: Measurement): boolean {
  return program === "mixed" && type === "float32";
}

function isNewFloat32(measurement: Measurement): boolean {
  return measurement.form === "new" && isMixedFloat32(measurement);
}

/**
 * A table of how many times faster than plain JavaScript the backend "simd" is in the oldest Node, copying counted, and in how
 * many nanoseconds an element.
 */
export function readmeTable({ cpu, platform, runs }: Results): string {
  const [{ runtime, date, measurements }] = runs;
  const shown = measurements.filter((measurement) => {
    return isNewFloat32(measurement) && FUNCTIONS.includes(measurement.function);
  });
  const names = FUNCTIONS.filter((name) => shown.some((measurement) => measurement.function === name));
  const rows = names.map((name) => {
    const cells = SIZES.map((size) => {
      const found = shown.find((measurement) => measurement.function === name && measurement.size === size);
      if (found === undefined) return "";
      return `${digits(ratios(found.times, "simd")[0])}× (${digits(found.times.simd[0])} ns)`;
    });
    return [name, ...cells];
  });
  const dates = shown.map((measurement) => measurement.date ?? date).sort();
  return [
    table([["function", ...SIZES.map(count)], ...rows], "--:"),
    "",
    `Times faster than plain JavaScript (below 1×: slower), in brackets nanoseconds an element, for arrays of so many`,
    `elements: float32, backend simd, copying and allocating counted, the fastest of many short slices run by turns.`,
    `${runtime}, ${platform}, ${cpu}, ${[...new Set([dates[0], ...dates.slice(-1)])].join(" to ")}.`,
  ].join("\n");
}

/** The functions and the sizes of the table of the guide on memory. */
const COPIED = ["relu", "sigmoid", "softmax"];
const COPIED_SIZES = [1000, 10_000, 100_000];

/**
 * A table of what copying takes, in nanoseconds an element, in the oldest Node by "simd": f(x), f(x, { out }), arrays of an arena.
 */
export function copyingTable({ cpu, platform, runs }: Results): string {
  const [{ runtime, measurements }] = runs;
  const forms = ["new", "out", "resident"] satisfies Form[];
  const rows = COPIED.flatMap((name) => {
    return COPIED_SIZES.map((size) => {
      const cells = forms.map((form) => {
        const found = measurements.find((one) => {
          return one.function === name && one.size === size && one.form === form && isMixedFloat32(one);
        });
        return found === undefined ? "" : digits(found.times.simd[0]);
      });
      return [`\`${name}\``, count(size), ...cells];
    });
  });
  return `${table([["function", "elements", "`f(x)`", "`f(x, { out })`", "in an arena"], ...rows], "--:")}

Nanoseconds an element: float32, backend simd, the fastest of many short slices run by turns. ${runtime}, ${platform}, ${cpu}.`;
}

/** A table of the targets: what each engine reached by each backend, by minima and by medians. */
export function targetsTable({ runs }: Results): string {
  const columns = runs.flatMap((run) => {
    return (["simd", "relaxed-simd"] satisfies BackendName[])
      .filter((backend) => run.measurements.some(({ times }) => times[backend] !== undefined))
      .map((backend) => ({ run, backend, head: `${engineOf(run)} ${backend}` }));
  });
  const rows = targets.map((target) => {
    const cells = columns.map(({ run, backend }) => {
      const found = reached(target, run, backend);
      return found === undefined ? "" : reachedText(target, found, (text) => `**${text}**`);
    });
    return [target.work, target.against, wantedText(target), ...cells];
  });
  return table([["work", "against", "wanted", ...columns.map(({ head }) => head)], ...rows], "--:");
}

/**
 * A table of what calls on short arrays cost in nanoseconds, in the oldest engine by "simd": plain JavaScript that writes into
 * `out`, f(x), and f(x, { out }).
 *
 * @param program "tight": one that calls nothing else of lanewise; "mixed": one that has called all, with options of many shapes
 */
export function outTable({ runs }: Results, program: Program = "mixed"): string {
  const [run] = runs;
  const lines = callCosts(run, program);
  const textOf = (costs: CallCosts | undefined) => (costs === undefined ? "" : costsText(costs).join(" / "));
  const rows = lines.map(({ function: name, costs }) => [name, ...callSizes.map((size) => textOf(costs.get(size)))]);
  return table([["plain / f(x) / f(x, { out })", ...callSizes.map(count)], ...rows], "--:");
}

/** A table of what single calls cost, in nanoseconds, in each engine without flags. */
export function callsTable({ runs }: Results): string {
  const columns = runs
    .filter((run) => !engineOf(run).includes(" --"))
    .flatMap((run) => [PLAIN, "simd", "relaxed-simd"].map((candidate) => ({ run, candidate })))
    .filter(({ run, candidate }) => run.measurements.some(({ times }) => times[candidate] !== undefined));
  const rows = calls.map(({ name, size = NaN }) => {
    const cells = columns.map(({ run, candidate }) => {
      const found = run.measurements.find((measurement) => measurement.function === name);
      const pair = found?.times[candidate];
      return pair === undefined ? "" : (pair[0] * size).toFixed(0);
    });
    return [`\`${name}\``, String(size), ...cells];
  });
  const heads = columns.map(({ run, candidate }) => `${engineOf(run)} ${candidate}`);
  return table([["call", "elements", ...heads], ...rows], "--:");
}

/** The engines, the dates, the machine and the compiler of the stored runs. */
export function measuredOn({ cpu, platform, runs }: Results): string {
  const compilers = new Set(runs.flatMap(({ compiler }) => compiler ?? []));
  const engines = runs.map(({ runtime, date, measurements }) => {
    const last = measurements.reduce((latest, one) => (one.date && one.date > latest ? one.date : latest), date);
    return `${runtime} (${last === date ? date : `${date} to ${last}`})`;
  });
  return `${engines.join(", ")} on ${platform}, ${cpu}. C++: ${[...compilers].join(", ")}.`;
}

/** A table of all functions against the peers, arrays in and out, in the newest engine without flags. */
export function peersTable({ runs }: Results): string {
  const [{ measurements }] = runs.filter((run) => !engineOf(run).includes(" --")).slice(-1);
  const those = measurements.filter((one) => isNewFloat32(one) && Object.keys(one.times).some(isPeer));
  const peers = [...new Set(those.flatMap(({ times }) => Object.keys(times).filter(isPeer)))];
  const columns = [PLAIN, ...peers, "simd", "relaxed-simd"];
  const rows = those.map(({ function: name, size, times }) => [
    name,
    count(size),
    ...columns.map((column) => (times[column] ? digits(times[column][0]) : "")),
  ]);
  return table([["function", "elements", ...columns], ...rows], "--:");
}
