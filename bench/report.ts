/** The report that a run prints. */

import Table from "cli-table3";
import { calls } from "./calls.js";
import { count, digits } from "./format.js";
import { callSizes } from "./plan.js";
import { reached, reachedText, wantedText } from "./reached.js";
import { type Form, type Machine, type Measurement, PLAIN, type Program, ratios, type Run } from "./results.js";
import { targets } from "./targets.js";
import { callCosts, costsText, geometricMean } from "./summary.js";

/** What each form counts. */
const headings: Readonly<Record<Form, string>> = {
  new: "f(x): copying and making the new array are counted, in plain JavaScript too",
  out: "f(x, { out }) on ordinary arrays: copying is counted; plain JavaScript writes into an array that is there, too",
  resident: "f(x, { out }) on arrays of an arena: nothing is copied",
};

const programs: Readonly<Record<Program, string>> = {
  tight: "in a program that calls nothing else of lanewise",
  mixed: "in a program that has called all functions, with options of many shapes",
};

/**
 * The report of a run: what calls on short arrays cost, how many times faster than plain JavaScript each function is at the other
 * sizes, and with `isDetailed` every figure that was measured.
 */
export function report({ cpu, platform }: Machine, run: Run, isDetailed: boolean): string {
  const { runtime, date, measurements } = run;
  const groups = groupsOf(measurements);
  return [
    `${runtime}, ${platform}, ${cpu}, ${date}`,
    ...(["tight", "mixed"] as const).map((program) => callsReport(run, program)),
    ...groups.filter(({ program }) => program === "mixed").map(ratiosReport),
    callFormsReport(run),
    targetsReport(run),
    ...(isDetailed ? groups.map(detailedReport) : []),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

const callNames = new Set(calls.map(({ name }) => name));

/** Nanoseconds a call, in the forms that programs call in. */
function callFormsReport({ measurements }: Run): string {
  const those = measurements.filter((measurement) => callNames.has(measurement.function));
  if (those.length === 0) return "";
  const candidates = [...new Set(those.flatMap(({ times }) => Object.keys(times)))];
  const rows = those.map(({ function: name, size, times }) => {
    const cells = candidates.map((candidate) => (times[candidate] ? (times[candidate][0] * size).toFixed(0) : ""));
    return [name, count(size), ...cells];
  });
  return `Nanoseconds a call, by the minima\n${tableOf(["call", "elements", ...candidates], rows)}`;
}

/** The table of what the run reached of the targets that it measured all or some of, by the best backend. */
function targetsReport(run: Run): string {
  const rows = targets.flatMap((target) => {
    const found = backends.map((backend) => reached(target, run, backend)).find((one) => one !== undefined);
    if (found === undefined) return [];
    const text = reachedText(target, found, (missed) => `${missed} missed`);
    return [[target.work, target.against, wantedText(target), text]];
  });
  if (rows.length === 0) return "";
  return (
    `Targets, as far as they were measured: by the minima, in brackets by the medians, and the worst function and size\n` +
    tableOf(["work", "against", "wanted", "reached"], rows)
  );
}

interface Group {
  readonly heading: string;
  readonly program: Program;
  readonly measurements: readonly Measurement[];
}

/** Measurements of one type, one form and one program each. */
function groupsOf(measurements: readonly Measurement[]): Group[] {
  const groups = new Map<string, Group & { measurements: Measurement[] }>();
  for (const measurement of measurements) {
    const { type, form, program } = measurement;
    const heading = `${type}, ${headings[form]};\n${programs[program]}`;
    const group = groups.get(heading) ?? { heading, program, measurements: [] };
    groups.set(heading, group);
    group.measurements.push(measurement);
  }
  return [...groups.values()];
}

/** Nanoseconds a call of plain JavaScript, f(x) and f(x, { out }), side by side. */
function callsReport(run: Run, program: Program): string {
  const lines = callCosts(run, program);
  if (lines.length === 0) return "";
  const heads = ["plain", "new", "out"];
  const rows = lines.map(({ function: name, costs }) => {
    return [name, ...callSizes.flatMap((size) => costsTextAt(costs.get(size)))];
  });
  const head = callSizes.flatMap((size) => heads.map((head, i) => (i === 0 ? `${size}\n${head}` : `\n${head}`)));
  return (
    `Nanoseconds a call on so many elements, by the minima: plain JavaScript that writes into out; f(x); f(x, { out }),\n` +
    `backend simd, ${programs[program]}\n${tableOf(["function", ...head], rows)}`
  );
}

function costsTextAt(costs: Parameters<typeof costsText>[0] | undefined): string[] {
  return costs === undefined ? ["", "", ""] : costsText(costs);
}

/** How many times faster than plain JavaScript each function is at each size, by the best backend. */
function ratiosReport({ heading, measurements }: Group): string {
  const compared = measurements.filter((measurement) => {
    const { times, function: name } = measurement;
    return times[PLAIN] && bestOf(times) !== undefined && !callNames.has(name);
  });
  const sizes = [...new Set(compared.map(({ size }) => size))].sort((a, b) => a - b);
  const names = [...new Set(compared.map((measurement) => measurement.function))];
  if (names.length === 0) return "";
  const ratioOf = ({ times }: Measurement) => ratios(times, bestOf(times)!)[0];
  const isAlone = (name: string) => compared.filter((one) => one.function === name).length === 1;
  // Sizes at which nothing but functions of a single size are measured make no column of their own.
  const columns = sizes.filter((size) => {
    return compared.some((one) => one.size === size && !isAlone(one.function)) || names.every(isAlone);
  });
  const rows = names.map((name) => {
    const those = compared.filter((measurement) => measurement.function === name);
    const others = those.filter(({ size }) => !columns.includes(size));
    return [
      name,
      ...columns.map((size) => {
        const found = those.find((measurement) => measurement.size === size);
        return found === undefined ? "" : digits(ratioOf(found));
      }),
      others.map((one) => `${digits(ratioOf(one))} at ${count(one.size)}`).join(", "),
    ];
  });
  const means = columns.map((size) => digits(geometricMean(compared.filter((one) => one.size === size).map(ratioOf))));
  const hasOthers = rows.some((cells) => cells[cells.length - 1] !== "");
  const last = rows.length > 1 ? [["geometric mean", ...means, ""]] : [];
  const cut = (cells: string[]) => (hasOthers ? cells : cells.slice(0, -1));
  return (
    `Times faster than plain JavaScript by the minima (below 1: slower), best backend,\n${heading}\n` +
    tableOf(cut(["function", ...columns.map(count), "elsewhere"]), [...rows, ...last].map(cut))
  );
}

const backends = ["relaxed-simd", "simd"] as const;

/** The best backend that was measured. */
function bestOf(times: Measurement["times"]): string | undefined {
  return backends.find((name) => times[name] !== undefined);
}

/** Every figure of a group. */
function detailedReport({ heading, measurements }: Group): string {
  const candidates = [...new Set(measurements.flatMap(({ times }) => Object.keys(times)))];
  const columns = (name: string) => (name === PLAIN ? ["min", "med"] : ["min", "med", "×min", "×med"]);
  let last = "";
  const rows = measurements.map(({ function: name, size, times }) => {
    const cells = candidates.map((candidate) => {
      if (times[candidate] === undefined) return "";
      const isCompared = candidate !== PLAIN && times[PLAIN] !== undefined;
      return inColumns([...times[candidate], ...(isCompared ? ratios(times, candidate) : [])].map(digits));
    });
    const shown = name === last ? "" : name;
    last = name;
    return [shown, count(size), ...cells];
  });
  return (
    `min, med: nanoseconds an element, the minimum and the median over many short slices run by turns; ×: times faster than\n` +
    `plain JavaScript, ${heading}\n` +
    tableOf(["function", "size", ...candidates.map((name) => `${name}\n${inColumns(columns(name))}`)], rows)
  );
}

const noBorders = Object.fromEntries(
  ["top", "bottom", "left", "right"]
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((char) => [char, ""]),
);

function tableOf(head: string[], rows: string[][]): string {
  const table = new Table({
    head,
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
    chars: { ...noBorders, middle: " " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 1, compact: true },
  });
  table.push(...rows);
  return table.toString();
}

function inColumns(texts: readonly string[]): string {
  return texts.map((text) => text.padStart(4)).join(" ");
}
