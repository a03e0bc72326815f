/** Reading options: each once, before anything is computed, and none that the function doesn't have. */

import { mustBe } from "./arrays.js";

/** Where the result goes. */
export interface OutOption<A> {
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** The result of `readOut` where there are more options than `out`, whose value comes with it if that was read before they were found. */
export class MoreOptions {
  constructor(
    readonly out: unknown,
    readonly hasOut: boolean,
  ) {}
}

const OTHERS = new MoreOptions(undefined, false);

/**
 * The value of `out` where there is no other option, else `MoreOptions`: then `readOptions` reads all. Programs call functions
 * with nothing but `out` in loops. Options are read over the keys that are there, so that a getter runs once.
 *
 * @throws {TypeError} if `options` is no object
 */
export function readOut(caller: string, options: unknown): unknown {
  let out: unknown;
  let count = 0;
  for (const name in options as object) {
    if (name !== "out") return count === 0 ? OTHERS : new MoreOptions(out, true);
    out = (options as Record<string, unknown>)[name];
    count++;
  }
  if (count === 0) checkObject(caller, options);
  return isOfClass(options) ? new MoreOptions(out, count > 0) : out;
}

/** The names of options, in the order in which a function takes their values; undefined in the place of one that it doesn't have. */
export type OptionNames = readonly (string | undefined)[];

/**
 * The values of the options that a function has, in the order of their names; undefined where one is not given.
 *
 * @param read what `readOut` gave
 * @throws {TypeError} if `options` is no object, or has an option that the function doesn't have
 */
export function readOptions(caller: string, names: OptionNames, options: unknown, read = OTHERS): unknown[] {
  const values = names.length <= 7 ? [u, u, u, u, u, u, u] : new Array<unknown>(names.length).fill(u);
  if (options === undefined) return values;
  let count = 0;
  for (const name in options as object) {
    const i = indexIn(names, name);
    if (i < 0) throw noOption(caller, names, options, name);
    values[i] = read.hasOut && name === "out" ? read.out : (options as Record<string, unknown>)[name];
    count++;
  }
  if (count === 0) checkObject(caller, options);
  if (isOfClass(options)) readAccessors(names, options, values);
  return values;
}

/** The values of the options, read faster where there is none but `out`: only that comes then. */
export function readGiven(caller: string, names: OptionNames, options: unknown): unknown[] {
  const out = options === undefined ? undefined : readOut(caller, options);
  return out instanceof MoreOptions ? readOptions(caller, names, options, out) : [out];
}

/**
 * Whether options may have accessors that a class defines, over which `for in` doesn't go. (To ask for their prototype would take
 * 130 instructions more.)
 */
function isOfClass(options: unknown): options is object {
  return (options as object).constructor !== Object;
}

/** Reads the options that a class defines. */
function readAccessors(names: OptionNames, options: object, values: unknown[]): void {
  names.forEach((name, i) => {
    if (name !== undefined && values[i] === undefined && name in options) {
      values[i] = (options as Record<string, unknown>)[name];
    }
  });
}

/** An array of many, as a literal, is made three times as fast as one that grows. */
const u: unknown = undefined;

/** The index of a name; -1 if it is none of them. A loop compares names by their addresses, which `indexOf` doesn't. */
function indexIn(names: OptionNames, name: string): number {
  for (let i = 0; i < names.length; i++) if (names[i] === name) return i;
  return -1;
}

function noOption(caller: string, names: OptionNames, options: unknown, name: string): TypeError {
  checkObject(caller, options);
  return new TypeError(`${caller}: there is no option ${name}, only ${names.filter(Boolean).join(", ")}`);
}

/** Throws unless options are an object that may hold some. */
function checkObject(caller: string, options: unknown): void {
  if (typeof options !== "object" || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw mustBe(caller, "options", "an object such as { out }", options);
  }
}
