/** Reading options: each once, before anything is computed, and none that the function doesn't have. */

import { mustBe } from "./arrays.js";
import { hasOwn, tagOf } from "./engine.js";

/** Where the result goes. */
export interface OutOption<A> {
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/**
 * How other libraries call options, in lower case without _ and -: each with the name here, or with what to write instead, as the
 * end of a sentence.
 */
export type Spellings = Readonly<Record<string, string>>;

/** The options that a function has. */
export interface OptionList {
  /** Their names, in the order in which the function takes their values; undefined in the place of one that it doesn't have. */
  readonly names: readonly (string | undefined)[];
  readonly spellings?: Spellings | undefined;
}

/** The result of `readOut` where there are more options than `out`, whose value comes with it if that was read before they were found. */
export class MoreOptions {
  constructor(
    readonly out: unknown,
    readonly hasOut: boolean,
  ) {}

  /** Whether a value is such an object. No array is, which is found out faster than its class. */
  static is(value: unknown): value is MoreOptions {
    if (value === undefined || tagOf(value) !== undefined) return false;
    try {
      return value instanceof MoreOptions;
    } catch {
      // A proxy that was revoked.
      return false;
    }
  }
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
    if (name !== "out" || !hasOwn(options as object, name)) return count === 0 ? OTHERS : new MoreOptions(out, true);
    out = (options as Record<string, unknown>)[name];
    count++;
  }
  if (count === 0) checkObject(caller, options);
  return isOfClass(options) ? new MoreOptions(out, count > 0) : out;
}

/**
 * The values of the options that a function has, in the order of their names; undefined where one is not given.
 *
 * @param read what `readOut` gave
 * @throws {TypeError} if `options` is no object, or has an option that the function doesn't have
 */
export function readOptions(caller: string, list: OptionList, options: unknown, read = OTHERS): unknown[] {
  const { names } = list;
  const values = names.length <= 7 ? [u, u, u, u, u, u, u] : new Array<unknown>(names.length).fill(u);
  if (options === undefined) return values;
  let count = 0;
  for (const name in options as object) {
    if (!hasOwn(options as object, name) && !isGiven(options as object, name)) continue;
    const i = indexIn(names, name);
    if (i < 0) throw noOption(caller, list, options, name);
    values[i] = read.hasOut && name === "out" ? read.out : (options as Record<string, unknown>)[name];
    count++;
  }
  if (count === 0) checkObject(caller, options);
  if (isOfClass(options)) readAccessors(names, options, values);
  return values;
}

/** The values of the options, read faster where there is none but `out`: only that comes then. */
export function readGiven(caller: string, list: OptionList, options: unknown): unknown[] {
  const out = options === undefined ? undefined : readOut(caller, options);
  return MoreOptions.is(out) ? readOptions(caller, list, options, out) : [out];
}

/** Whether an object has an option itself or inherits it, but not from `Object.prototype` (of any realm), which others may have added to. */
function isGiven(options: object, name: string): boolean {
  for (let object: object | null = options; object !== null; object = Object.getPrototypeOf(object) as object | null) {
    if (hasOwn(object, name)) return !hasOwn(object, "isPrototypeOf");
  }
  return false;
}

/**
 * Whether options may have accessors that a class defines, over which `for in` doesn't go. (To ask for their prototype would take
 * 130 instructions more.)
 */
function isOfClass(options: unknown): options is object {
  return (options as object).constructor !== Object;
}

/** Reads the options that a class defines. */
function readAccessors(names: OptionList["names"], options: object, values: unknown[]): void {
  names.forEach((name, i) => {
    if (name !== undefined && values[i] === undefined && isGiven(options, name)) {
      values[i] = (options as Record<string, unknown>)[name];
    }
  });
}

/** An array of many, as a literal, is made three times as fast as one that grows. */
const u: unknown = undefined;

/** The index of a name; -1 if it is none of them. A loop compares names by their addresses, which `indexOf` doesn't. */
function indexIn(names: OptionList["names"], name: string): number {
  for (let i = 0; i < names.length; i++) if (names[i] === name) return i;
  return -1;
}

function noOption(caller: string, { names, spellings }: OptionList, options: unknown, name: string): TypeError {
  checkObject(caller, options);
  const all = names.filter((other) => other !== undefined);
  const instead = insteadOf(name, all, spellings);
  return new TypeError(`${caller}: there is no option ${name}, only ${all.join(", ")}${instead}`);
}

/** The end of a sentence that says what to write instead of an option. */
function insteadOf(name: string, names: readonly string[], spellings: Spellings = {}): string {
  const plain = name.replace(/[_-]/g, "").toLowerCase();
  const known = hasOwn(spellings, plain) ? spellings[plain] : undefined;
  if (known !== undefined && known.includes(" ")) return `: ${known}`;
  let nearest = names.find((other) => other === known);
  let most = 0.6;
  for (const other of nearest === undefined ? names : []) {
    const likeness = likenessOf(plain, other.toLowerCase());
    if (likeness > most) [nearest, most] = [other, likeness];
  }
  return nearest === undefined ? "" : `: did you mean ${nearest}?`;
}

/** Twice the length of the longest common subsequence of two words, divided by the sum of their lengths. */
function likenessOf(a: string, b: string): number {
  const lengths = new Array<number>(b.length + 1).fill(0);
  for (const letter of a) {
    let before = 0;
    for (let j = 0; j < b.length; j++) {
      const above = lengths[j + 1];
      lengths[j + 1] = letter === b[j] ? before + 1 : Math.max(above, lengths[j]);
      before = above;
    }
  }
  return (2 * lengths[b.length]) / (a.length + b.length);
}

/** Throws unless options are an object that may hold some. */
function checkObject(caller: string, options: unknown): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options) && !ArrayBuffer.isView(options))
    return;
  const { message } = mustBe(caller, "options", "an object such as { out }", options);
  throw new TypeError(typeof options === "number" ? message + callbackHint(caller) : message);
}

/** The end of an error where a function may have been called as `map` and the like call it. */
function callbackHint(caller: string): string {
  return `; as a callback write (x) => ${caller}(x)`;
}

/**
 * Throws because a function was given more arguments than it takes.
 *
 * @param surplus the others
 * @param wanted the names of those that it takes
 */
export function refuseSurplus(caller: string, surplus: readonly unknown[], ...wanted: readonly string[]): never {
  const count = wanted.length + surplus.length;
  const message = `${caller}: takes ${wanted.join(", ")} and no more, but was given ${count} arguments`;
  throw new TypeError(Array.isArray(surplus[0]) ? message + callbackHint(caller) : message);
}
