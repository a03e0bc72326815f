/** Which of the backends runs: found out at the first call, never at import. */

import { describe } from "./arrays.js";
import { decode } from "./decode.js";
import * as embedded from "./generated/wasm.js";
import { type BackendName, type Bytes, Scratch } from "./instance.js";
import { findWrongAnswer } from "./knownAnswers.js";

/** What an engine can run, as `backends` tells it. */
export interface BackendInfo {
  readonly name: BackendName;
  readonly available: boolean;
  /** Why it is not available; undefined if it is. */
  readonly reason?: string;
}

/** What `ready` compiles: the raw module (`lanewise/simd.wasm`, `lanewise/relaxed.wasm`), or a promise of it. */
export type ModuleSource = WebAssembly.Module | Bytes | Response;

/** The WebAssembly backends, best first. */
const modules = [
  { name: "relaxed-simd", bytes: () => embedded.relaxed, feature: "relaxed-simd" },
  { name: "simd", bytes: () => embedded.simd, feature: "SIMD" },
] as const;

type WasmName = (typeof modules)[number]["name"];

/** A backend that has been tried: its memory, or the reason why it cannot run. */
type Trial = Scratch | string;

const trials = new Map<WasmName, Trial>();

/** What runs now: an instance, null for plain JavaScript, or undefined as long as nothing has been called. */
let active: Scratch | null | undefined;

/** Whether the user named the backend, so that nothing else may replace it. */
let chosen = false;

function message(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
}

/** Throws the reason if the engine can't know the module's instructions. `validate` says nothing of what a page may do. */
function checkEngine(bytes: Bytes, feature: string): void {
  if (typeof WebAssembly !== "object") throw new Error("this engine has no WebAssembly");
  if (!WebAssembly.validate(bytes)) throw new Error(`this engine's WebAssembly has no ${feature}`);
}

/** An instance that gives the right answers, or the reason why there is none. */
function attempt(make: () => Scratch): Trial {
  try {
    const scratch = make();
    const wrong = findWrongAnswer(scratch);
    return wrong === undefined ? scratch : `known-answer check failed: ${wrong}`;
  } catch (error) {
    return message(error);
  }
}

function trial(name: WasmName): Trial {
  let result = trials.get(name);
  if (result === undefined) {
    const { bytes, feature } = modules.find((module) => module.name === name)!;
    result = attempt(() => {
      const decoded = decode(bytes());
      checkEngine(decoded, feature);
      return new Scratch(new WebAssembly.Module(decoded));
    });
    trials.set(name, result);
  }
  return result;
}

/** The best that runs here. */
function best(): Scratch | null {
  for (const { name } of modules) {
    const result = trial(name);
    if (typeof result !== "string") return result;
  }
  return null;
}

/** The instance that runs now, or null where plain JavaScript does. */
export function activeScratch(): Scratch | null {
  return active === undefined ? choose() : active;
}

/** LANEWISE_BACKEND, where there is an environment. */
function wantedBackend(): string | undefined {
  try {
    return typeof process === "object" ? process?.env?.LANEWISE_BACKEND : undefined;
  } catch {
    // Deno refuses without permission.
    return undefined;
  }
}

function choose(): Scratch | null {
  const wanted = wantedBackend();
  active = wanted ? named("LANEWISE_BACKEND", wanted) : best();
  chosen = Boolean(wanted);
  return active;
}

/**
 * The name of the backend that runs now: "relaxed-simd", "simd" or "js" (the plain JavaScript fallback).
 *
 * @example
 * console.log(backend()); // "simd"
 */
export function backend(): BackendName {
  return activeScratch()?.backend ?? "js";
}

/**
 * What this engine can run, best first, and why not where it can't.
 *
 * @example
 * console.table(backends()); // e.g. relaxed-simd, false, "this engine's WebAssembly has no relaxed-simd"
 */
export function backends(): BackendInfo[] {
  const infos: BackendInfo[] = modules.map(({ name }) => {
    const result = trial(name);
    return typeof result === "string" ? { name, available: false, reason: result } : { name, available: true };
  });
  return [...infos, { name: "js", available: true }];
}

/**
 * Chooses the backend that all functions use from now on. Arrays of an arena that was made under another backend still
 * work: they are copied like any other array.
 *
 * In Node the environment variable LANEWISE_BACKEND chooses it as well.
 *
 * @param name "relaxed-simd", "simd" or "js"
 * @throws {RangeError} if there is no such backend
 * @throws {Error} if it can't run here; the message says why
 * @example
 * useBackend("js");
 */
export function useBackend(name: BackendName): void {
  active = named("useBackend", name);
  chosen = true;
}

function named(caller: string, name: string): Scratch | null {
  if (name === "js") return null;
  const known = modules.find((module) => module.name === name);
  if (known === undefined) {
    throw new RangeError(`${caller}: there is no backend "${String(name)}", only "relaxed-simd", "simd" and "js"`);
  }
  const result = trial(known.name);
  if (typeof result === "string") throw new Error(`${caller}: "${name}" can't run here: ${result}`);
  return result;
}

/**
 * Compiles the kernels asynchronously, which is optional: without it the first call compiles them. Call it where an
 * engine limits the size of what may be compiled at once, or to keep the first call short; and with `source` where
 * compiling from bytes is banned (Cloudflare Workers), giving the imported raw module.
 *
 * @param source a WebAssembly.Module, the bytes of one, or a Response with them, of `lanewise/simd.wasm` or
 *   `lanewise/relaxed.wasm`; a promise of one of these will do; default: the modules that this package carries
 * @returns the name of the backend that runs from now on. Without a `source`, where the engine refuses to compile,
 *   that is "js", and `backends()` says why.
 * @throws {Error} if `source` can't be compiled or is something else
 * @example
 * await ready();
 * @example
 * import simd from "lanewise/simd.wasm"; // in a Cloudflare Worker: a WebAssembly.Module
 * await ready(simd);
 */
export async function ready(source?: ModuleSource | PromiseLike<ModuleSource>): Promise<BackendName> {
  if (source !== undefined) {
    const scratch = await instantiateSource(await source).catch((cause: unknown) => {
      throw new Error(`ready: ${message(cause)}`, { cause });
    });
    const result = attempt(() => scratch);
    if (typeof result === "string") throw new Error(`ready: ${result}`);
    trials.set(result.backend as WasmName, result);
  } else {
    for (const { name, bytes, feature } of modules) {
      if (typeof trials.get(name) === "object") continue;
      const result = await attemptLater(decode(bytes()), feature);
      // What a call has made in the meantime is in use.
      if (typeof trials.get(name) !== "object") trials.set(name, result);
    }
  }
  if (!chosen) active = undefined;
  return backend();
}

async function attemptLater(bytes: Bytes, feature: string): Promise<Trial> {
  try {
    checkEngine(bytes, feature);
    const scratch = await Scratch.later(bytes);
    return attempt(() => scratch);
  } catch (error) {
    return message(error);
  }
}

/** An instance of what `ready` was given. */
async function instantiateSource(source: ModuleSource): Promise<Scratch> {
  if (typeof WebAssembly !== "object") throw new Error("this engine has no WebAssembly");
  let given: WebAssembly.Module | Bytes;
  if (typeof Response === "function" && source instanceof Response) {
    if (!source.ok) throw new Error(`the response has status ${source.status}`);
    given = await source.arrayBuffer();
  } else given = source as WebAssembly.Module | Bytes;
  if (!(given instanceof WebAssembly.Module)) {
    if (!(given instanceof ArrayBuffer) && !ArrayBuffer.isView(given)) {
      throw new TypeError(`source must be a WebAssembly.Module, bytes or a Response, not ${describe(given)}`);
    }
    given = await WebAssembly.compile(given);
  }
  // Before a foreign module is run.
  if (!WebAssembly.Module.exports(given).some(({ name }) => name === "relaxed")) {
    throw new TypeError("not a module of lanewise's kernels");
  }
  return Scratch.later(given);
}

/** Node's; elsewhere there is none. */
declare const process: { env?: Record<string, string | undefined> } | undefined;
