/** Reading options: each once, before anything is computed, and none that the function doesn't have. */

import { mustBe } from "./arrays.js";
import { hasOwn } from "./engine.js";

/** Where the result goes. */
export interface OutOption<A> {
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/**
 * What a function gives: `out`, of the type `O`, or where that is undefined a new array, `N`. It is an element of a pair because the
 * compiler would infer a mere `O` also of what the result is assigned to.
 */
export type OutOr<O, N> = [O & {}, N][O extends undefined ? 1 : 0];

/** The options that a function has. */
export interface OptionList {
  /** Their names, in the order in which the function takes their values; undefined in the place of one that it doesn't have. */
  readonly names: readonly (string | undefined)[];
  /** The end of a sentence that says what to write instead of an option; functions with few have none (spellings.ts). */
  readonly insteadOf?: ((name: string, names: readonly string[]) => string) | undefined;
}

/** The result of `readOut` where there are more options than `out`: then `readOptions` reads all. */
export const MORE = /* @__PURE__ */ Symbol("more");

/**
 * The value of `out` where there is no other option, else `MORE`. Programs call functions with nothing but `out` in loops.
 *
 * @throws {TypeError} if `options` is no object
 */
export function readOut(caller: string, options: unknown): unknown {
  let count = 0;
  for (const name in options as object) {
    if (name !== "out" || !hasOwn(options as object, name)) return MORE;
    count++;
  }
  if (count === 0) checkObject(caller, options);
  if (isOfClass(options)) return MORE;
  return count === 0 ? undefined : (options as { readonly out: unknown }).out;
}

/**
 * The values of the options that a function has, in the order of their names; undefined where one is not given. They are read over
 * the keys that are there, so that a getter runs once.
 *
 * @throws {TypeError} if `options` is no object, or has an option that the function doesn't have
 */
export function readOptions(caller: string, list: OptionList, options: unknown): unknown[] {
  const { names } = list;
  // `fill` takes 110 ns. Of lists that are longer still, the array grows.
  const values = names.length <= 8 ? [u, u, u, u, u, u, u, u] : [u, u, u, u, u, u, u, u, u, u, u, u];
  if (options === undefined) return values;
  let count = 0;
  for (const name in options as object) {
    if (!hasOwn(options as object, name) && !isGiven(options as object, name)) continue;
    const i = indexIn(names, name);
    if (i < 0) throw noOption(caller, list, options, name);
    values[i] = (options as Record<string, unknown>)[name];
    count++;
  }
  if (count === 0) checkObject(caller, options, names);
  if (isOfClass(options)) readAccessors(names, options, values);
  return values;
}

/** The values of the options, read faster where there is none but `out`: only that comes then. */
export function readGiven(caller: string, list: OptionList, options: unknown): unknown[] {
  const out = options === undefined ? undefined : readOut(caller, options);
  return out === MORE ? readOptions(caller, list, options) : [out];
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

function noOption(caller: string, { names, insteadOf }: OptionList, options: unknown, name: string): TypeError {
  checkObject(caller, options, names);
  const all = names.filter((other) => other !== undefined);
  const instead = insteadOf?.(name, all) ?? "";
  return new TypeError(`${caller}: there is no option ${name}, only ${all.join(", ")}${instead}`);
}

/** Throws unless options are an object that may hold some, such as one of the first name. */
function checkObject(caller: string, options: unknown, [first]: OptionList["names"] = ["out"]): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options) && !ArrayBuffer.isView(options))
    return;
  const hint = typeof options === "number" && first === "out" ? callbackHint(caller) : "";
  throw mustBe(caller, "options", `an object such as { ${first} }`, options, hint);
}

/** The end of an error where a function may have been called as `map` and the like call it. */
function callbackHint(caller: string): string {
  return `; as a callback write (x) => ${caller}(x)`;
}

/**
 * Throws because a function was given more arguments than it takes.
 *
 * @param surplus the others
 * @param count how many it takes
 */
export function refuseSurplus(caller: string, surplus: readonly unknown[], count: number): never {
  const hint = Array.isArray(surplus[0]) ? callbackHint(caller) : "";
  throw new TypeError(`${caller}: takes ${count} arguments, but was given ${count + surplus.length}${hint}`);
}
