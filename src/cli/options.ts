/** Options of the command line: numbers, and the parameters of the functions that it names. */

import { type Command, InvalidArgumentError, Option } from "commander";
import type { Parameter } from "lanewise";
import { ROW_SPELLINGS } from "../args/spellings.js";
import { UsageError } from "./errors.js";
import { type Target, targets } from "./targets.js";

const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|infinity|inf)$/i;

/** The number of a text. */
export function parseNumber(text: string): number {
  if (/^nan$/i.test(text)) return NaN;
  if (!NUMBER.test(text)) throw new InvalidArgumentError("It must be a number.");
  return Number(text.replace(/inf(inity)?$/i, "Infinity"));
}

/** The integer of a text, from `min` to `max`. */
export const parseInteger =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = parseNumber(text);
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const limits = max < Number.MAX_SAFE_INTEGER ? ` from ${min} to ${max}` : ` of at least ${min}`;
    throw new InvalidArgumentError(`It must be an integer${min > Number.MIN_SAFE_INTEGER ? limits : ""}.`);
  };

/** The name of a file to write, which is given once. */
export function parseOutput(): (text: string) => string {
  let isGiven = false;
  return (text) => {
    if (isGiven) throw new UsageError("-o is given twice");
    if (text === "") throw new UsageError("-o needs a file name");
    isGiven = true;
    return text;
  };
}

/** The numbers of a list: "1,2,3". */
export function parseNumbers(text: string): number[] {
  return text.split(",").map(parseNumber);
}

/** Two numbers, the first below the second: "-4,4". */
export function parseInterval(text: string): [from: number, to: number] {
  const [from, to, ...others] = parseNumbers(text);
  if (others.length > 0 || !(from < to) || !Number.isFinite(to - from)) {
    throw new InvalidArgumentError("It must be two numbers, the smaller one first, such as -4 4.");
  }
  return [from, to];
}

/** The options that take several numbers. */
const LISTS = ["--domain", "--shape", "--logits", "--temperature"];

/**
 * Arguments in which the numbers that follow such an option are one list: `--domain -4 4 tanh` is `--domain=-4,4 tanh`, so that
 * what follows isn't taken for one of them.
 */
export function joinNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--") return [...joined, ...args.slice(i)];
    if (!LISTS.includes(args[i])) {
      joined.push(args[i]);
      continue;
    }
    let end = i + 1;
    while (end < args.length && args[end].split(",").every((part) => NUMBER.test(part) || /^nan$/i.test(part))) end++;
    joined.push(end === i + 1 ? args[i] : `${args[i]}=${args.slice(i + 1, end).join(",")}`);
    i = end - 1;
  }
  return joined;
}

/** "negativeSlope" as "negative-slope" */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The functions that arguments name, whatever else they are: their parameters are options. */
export function targetsAmong(args: readonly string[]): Target[] {
  const found = args.map((arg) => targets.get(arg)).filter((target) => target !== undefined);
  return [...new Set(found)];
}

/** Adds the parameters of functions as options. */
export function addParameters(command: Command, chosen: readonly Target[]): void {
  for (const [name, { parameter, of }] of parametersOf(chosen)) {
    const takes = "choices" in parameter ? "<word>" : "<number>";
    const preset = parameter.default === undefined ? "" : ` (default of ${of[0]}: ${parameter.default})`;
    const option = new Option(`--${kebab(name)} ${takes}`, `parameter of ${[...new Set(of)].join(", ")}${preset}`);
    if ("choices" in parameter) option.choices(parameter.choices);
    else option.argParser(parseNumber);
    command.addOption(option);
  }
}

/** The parameters of functions, by name, each with the functions that have it. */
function parametersOf(chosen: readonly Target[]): Map<string, { parameter: Parameter; of: string[] }> {
  const all = new Map<string, { parameter: Parameter; of: string[] }>();
  for (const target of chosen) {
    for (const [name, parameter] of Object.entries(target.parameters)) {
      const entry = all.get(name) ?? { parameter, of: [] };
      entry.of.push(target.name);
      all.set(name, entry);
    }
  }
  return all;
}

/** The options that were given of those that a function has as parameters. */
export function givenParameters(target: Target, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(target.parameters).filter((name) => options[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

/** What there is to say of an option that a command doesn't have: the functions that have it, or what it is called here. */
export function unknownOptionAdvice(flag: string): string {
  const name = flag.replace(/^-+/, "").replace(/=.*/, "");
  const all = parametersOf([...targets.values()].filter((target) => !target.name.includes(".")));
  const owners = [...all].find(([parameter]) => kebab(parameter) === name)?.[1].of;
  if (owners !== undefined) return `\nIt is a parameter of ${owners.join(", ")}.`;
  const other = ROW_SPELLINGS[name.replaceAll("-", "").toLowerCase()];
  return other === undefined || other.includes(" ") || other === "mask" ? "" : `\n(Did you mean --${other}?)`;
}

/** What a function says of its options, which are written otherwise here. */
export function asUsageError(error: unknown, options: Readonly<Record<string, unknown>>): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const names = new Set([...Object.keys(options), ...parametersOf([...targets.values()]).keys()]);
  // "threshold: threshold must be …" begins with the function's name, which stays.
  const message = error.message.replace(/(?<=: | than )\w+\b(?!:)/g, (word) =>
    names.has(word) ? `--${kebab(word)}` : word,
  );
  return new UsageError(message);
}
