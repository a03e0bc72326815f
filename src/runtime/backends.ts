/** Which of the backends runs: found out at the first call, never at import. */

import { describe } from "../args/arrays.js";
import { INTERFACE } from "../generated/layout.js";
import type { Build } from "./decode.js";
import { moduleBytes } from "./bytes.js";
import { type Exports, importsOf, Scratch, WHOLE } from "./instance.js";
import { message } from "./kernels.js";
import { type Bytes, importedModules, type ModuleText } from "./modules.js";
import { judge, probe, probeAsync } from "./probe.js";
import { whole } from "./whole.js";

export type BackendName = "relaxed-simd" | "simd" | "js";

type WasmName = Exclude<BackendName, "js">;

/** What an engine can run, as `backends` tells it. */
export interface BackendInfo {
  readonly name: BackendName;
  readonly available: boolean;
  /** Why it is not available; undefined if it is. */
  readonly reason?: string;
  /**
   * The functions of which a kernel didn't compile or failed its known answers, each with the reason: plain JavaScript computes
   * what that kernel would, and what none of their kernels has computed before. Undefined if there are none.
   */
  readonly fallbacks?: Readonly<Record<string, string>>;
}

/** What `ready` compiles: the raw module (`lanewise/simd.wasm`, `lanewise/relaxed.wasm`), or a promise of it. */
export type ModuleSource = WebAssembly.Module | Bytes | Response;

/** The WebAssembly backends, best first. */
const wasmNames: readonly WasmName[] = ["relaxed-simd", "simd"];

/** A backend that has been tried: its scratch instance, or the reason why it can't run. */
type Tried = Scratch | string;

const tried = new Map<WasmName, Tried>();

/** What runs now: an instance, null for plain JavaScript, or undefined as long as nothing has been called. */
let active: Scratch | null | undefined;

/** Whether the user named the backend, so that nothing else may replace it. */
let chosen = false;

function buildOf(name: WasmName): Build {
  return name === "simd" ? name : "relaxed";
}

function tryBackend(name: WasmName): Tried {
  let result = tried.get(name);
  if (result === undefined) {
    const build = buildOf(name);
    result = whole === undefined ? create(name, build, probe(build)) : createWhole(name, build);
    tried.set(name, result);
  }
  return result;
}

/** The instance of a backend, unless there is a reason against it. */
function create(name: WasmName, build: Build, reason: string | undefined): Tried {
  try {
    return reason ?? new Scratch(name, build);
  } catch (error) {
    return message(error);
  }
}

/** The backend of a module that the program imports statically, where the engine compiles no bytes (Cloudflare Workers). */
function createWhole(name: WasmName, build: Build): Tried {
  return build === "simd" ? new Scratch(name, build, whole) : "this build of lanewise carries only simd";
}

/** The best that runs here. */
function best(): Scratch | null {
  for (const name of wasmNames) {
    const result = tryBackend(name);
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
  active = wanted ? byName("LANEWISE_BACKEND", wanted) : best();
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
  return activeScratch()?.name ?? "js";
}

/**
 * What this engine can run, best first, and why not where it can't.
 *
 * @example
 * console.table(backends()); // e.g. relaxed-simd, false, "this engine's WebAssembly has no relaxed-simd"
 */
export function backends(): BackendInfo[] {
  const infos: BackendInfo[] = wasmNames.map((name) => {
    const result = tryBackend(name);
    if (typeof result === "string") return { name, available: false, reason: result };
    const { failures } = result;
    return { name, available: true, ...(failures.size > 0 && { fallbacks: Object.fromEntries(failures) }) };
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
  active = byName("useBackend", name);
  chosen = true;
}

function byName(caller: string, name: string): Scratch | null {
  if (name === "js") return null;
  const known = wasmNames.find((other) => other === name);
  if (known === undefined) {
    throw new RangeError(`${caller}: there is no backend "${String(name)}", only "relaxed-simd", "simd" and "js"`);
  }
  const result = tryBackend(known);
  if (typeof result === "string") throw new Error(`${caller}: "${name}" can't run here: ${result}`);
  return result;
}

/**
 * Compiles the kernels of the functions imported so far asynchronously, which is optional: without it, the first call of a
 * function compiles its kernels. Call it where an engine limits the size of what may be compiled at once, or to keep first
 * calls short; and with `source` where compiling from bytes is banned, giving a whole module that the program imports.
 *
 * @param source a WebAssembly.Module, the bytes of one, or a Response with them, of `lanewise/simd.wasm` or
 *   `lanewise/relaxed.wasm` of this version; a promise of one of these will do; default: the modules that this package carries
 * @returns the name of the backend that runs from now on. Without a `source`, where the engine refuses to compile,
 *   that is "js", and `backends()` says why.
 * @throws {Error} if `source` can't be compiled or is something else
 * @example
 * await ready();
 * @example
 * import simd from "lanewise/simd.wasm"; // in a bundler that gives a WebAssembly.Module
 * await ready(simd);
 */
export async function ready(source?: ModuleSource | PromiseLike<ModuleSource>): Promise<BackendName> {
  if (source === undefined) await compileEmbedded();
  else {
    const scratch = await instantiateSource(source).catch((cause: unknown) => {
      throw new Error(`ready: ${message(cause)}`, { cause });
    });
    tried.set(scratch.name, scratch);
    if (active?.name === scratch.name) active = scratch;
  }
  if (!chosen) active = undefined;
  return backend();
}

/** Tries again what was refused, and compiles all that is imported for the backend that runs. */
async function compileEmbedded(): Promise<void> {
  if (whole !== undefined) return;
  for (const name of wasmNames) {
    if (typeof tried.get(name) === "object") continue;
    const build = buildOf(name);
    const result = create(name, build, await probeAsync(build));
    // The backend that a call has made in the meantime is in use.
    if (typeof tried.get(name) !== "object") tried.set(name, result);
  }
  const scratch = chosen ? active : best();
  if (scratch?.whole !== undefined) return;
  for (const module of scratch ? importedModules : []) {
    // A module that is refused once more stays named by `backends`.
    await prepare(scratch!, module).catch((error: unknown) => scratch!.failures.set(module.name, message(error)));
  }
}

/** Compiles and instantiates a module asynchronously, which some engines demand of large ones. */
async function prepare(scratch: Scratch, module: ModuleText): Promise<Exports> {
  let compiled = scratch.compiled.get(module);
  if (compiled === undefined) {
    compiled = await WebAssembly.compile(moduleBytes(module, scratch.build));
    scratch.compiled.set(module, compiled);
  }
  const exports = (await WebAssembly.instantiate(compiled, importsOf(scratch.memory))).exports as Exports;
  scratch.exports.set(module, exports);
  // What was refused before is looked for once more.
  scratch.failures.delete(module.name);
  scratch.kernels.length = 0;
  return exports;
}

/** The backend of a whole module. */
async function instantiateSource(source: ModuleSource | PromiseLike<ModuleSource>): Promise<Scratch> {
  const given = await source;
  if (typeof WebAssembly !== "object") throw new Error("this engine has no WebAssembly");
  let module = given as WebAssembly.Module | Bytes;
  if (typeof Response === "function" && given instanceof Response) {
    if (!given.ok) throw new Error(`the response has status ${given.status}`);
    module = await given.arrayBuffer();
  }
  if (!(module instanceof WebAssembly.Module)) {
    if (!(module instanceof ArrayBuffer) && !ArrayBuffer.isView(module)) {
      throw new TypeError(`source must be a WebAssembly.Module, bytes or a Response, not ${describe(module)}`);
    }
    module = await WebAssembly.compile(module);
  }
  // Before a foreign module is run.
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  if (!names.includes("interface")) throw new TypeError("not a module of lanewise's kernels");
  const scratch = names.includes("relaxed")
    ? new Scratch("relaxed-simd", "relaxed", module)
    : new Scratch("simd", "simd", module);
  const exports = (await prepare(scratch, WHOLE)) as unknown as WholeExports;
  if (exports.interface.value !== INTERFACE) throw new TypeError("this module is of another version of lanewise");
  const unfused = judge({ exports });
  if (unfused !== undefined) throw new Error(unfused);
  return scratch;
}

/** The exports of a whole module beside the kernels. */
interface WholeExports {
  readonly interface: { readonly value: number };
  readonly isFused: () => number;
}

/** Node's; elsewhere there is none. */
declare const process: { env?: Record<string, string | undefined> } | undefined;
