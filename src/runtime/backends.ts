/** Which of the backends runs: found out at the first call, never at import. */

import { describe } from "../args/arrays.js";
import { INTERFACE } from "../generated/layout.js";
import { moduleBytes } from "./bytes.js";
import { active, buildOf, chooseAgain, create, give, tried, tryBackend, use, useBest, wasmNames } from "./choice.js";
import { useEnvironment } from "./environment.js";
import { type Exports, importsOf, Scratch, WHOLE } from "./instance.js";
import { jsInfo, OTHER_DIGITS } from "./jsInfo.js";
import { message } from "./kernels.js";
import { type Bytes, importedModules, type ModuleText } from "./modules.js";
import { judge, probeAsync, requireWasm } from "./probe.js";
import { whole } from "./whole.js";

export type BackendName = "relaxed-simd" | "simd" | "js";

/** What `useBackend` takes: a backend, or "reproducible", which is simd where it can run, and else js. */
export type BackendChoice = BackendName | "reproducible";

/** What an engine can run, as `backends` tells it. */
export interface BackendInfo {
  readonly name: BackendName;
  readonly available: boolean;
  /** Why it is not available; undefined if it is. */
  readonly reason?: string;
  /** In what its results differ from those of "simd", which have the same bits in every engine; undefined of "simd" itself. */
  readonly note?: string;
  /**
   * The functions of which a kernel didn't compile or failed its known answers, each with the reason: plain JavaScript computes
   * what that kernel would, and what none of their kernels has computed before. Undefined if there are none.
   */
  readonly fallbacks?: Readonly<Record<string, string>>;
}

/** What `ready` compiles: the raw module (`lanewise/simd.wasm`, `lanewise/relaxed.wasm`), or a promise of it. */
export type ModuleSource = (WebAssembly.Module & object) | Bytes | Response;

/** The instance that runs now, or null where plain JavaScript does. */
export function activeScratch(): Scratch | null {
  if (active === undefined && !useEnvironment()) useBest();
  return active!;
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
    return {
      name,
      available: true,
      ...(name !== "simd" && { note: OTHER_DIGITS }),
      ...(failures.size > 0 && { fallbacks: Object.fromEntries(failures) }),
    };
  });
  return [...infos, jsInfo()];
}

/**
 * Chooses the backend that all functions use from now on. Arrays of an arena that was made under another backend still
 * work: they are copied like any other array.
 *
 * "reproducible" chooses the bits that are the same in every engine, those of "simd", and never throws: where SIMD is missing or
 * refused, "js" runs, whose last digits differ.
 *
 * Where there is an environment, its variable LANEWISE_BACKEND chooses as well, until this is called.
 *
 * @param name "relaxed-simd", "simd", "js" or "reproducible"
 * @returns the name of the backend that runs from now on
 * @throws {RangeError} if there is no such backend
 * @throws {Error} if it can't run here; the message says why
 * @example
 * useBackend("js");
 * @example
 * useBackend("reproducible"); // "simd", or "js" where that can't run
 */
export function useBackend(name: BackendChoice): BackendName {
  return use("useBackend", name)?.name ?? "js";
}

/**
 * Compiles the kernels of the functions imported so far asynchronously, which is optional: without it, the first call of a
 * function compiles its kernels. Call it where an engine limits the size of what may be compiled at once, or to keep first
 * calls short; and with `source` where compiling from bytes is banned, giving a whole module that the program imports.
 *
 * The module that is given runs, unless a backend was chosen by name.
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
  if (source !== undefined) {
    give(
      await instantiateSource(source).catch((cause: unknown) => {
        throw new Error(`ready: ${message(cause)}`, { cause });
      }),
    );
  } else if (whole === undefined) await tryAgain();
  // What has come may be what was chosen.
  chooseAgain();
  if (source === undefined) await compileEmbedded(activeScratch());
  return backend();
}

/** Tries again, asynchronously, what was refused. */
async function tryAgain(): Promise<void> {
  for (const name of wasmNames) {
    if (typeof tried.get(name) === "object") continue;
    const build = buildOf(name);
    const result = create(name, build, await probeAsync(build));
    // The backend that a call has made in the meantime is in use.
    if (typeof tried.get(name) !== "object") tried.set(name, result);
  }
}

/** Compiles all that is imported for the backend that runs. */
async function compileEmbedded(scratch: Scratch | null): Promise<void> {
  if (scratch === null || scratch.whole !== undefined) return;
  for (const module of importedModules) {
    // A module that is refused once more stays named by `backends`.
    await prepare(scratch, module).catch((error: unknown) => scratch.failures.set(module.name, message(error)));
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
  requireWasm();
  let module = given as WebAssembly.Module | Bytes;
  if (typeof Response === "function" && given instanceof Response) {
    if (!given.ok) throw new Error(`the response has status ${given.status}`);
    module = await given.arrayBuffer();
  }
  if (!isTagged(module, "WebAssembly.Module")) {
    if (!isTagged(module, "ArrayBuffer") && !ArrayBuffer.isView(module)) {
      throw new TypeError(`source must be a WebAssembly.Module, bytes or a Response, not ${describe(module)}`);
    }
    module = await WebAssembly.compile(module as Bytes);
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

/** Whether an object is of a class, of whichever realm: Next.js gives modules of another one on the edge. */
function isTagged<Tag extends "WebAssembly.Module" | "ArrayBuffer">(
  value: unknown,
  tag: Tag,
): value is Tag extends "ArrayBuffer" ? ArrayBuffer : WebAssembly.Module {
  return Object.prototype.toString.call(value) === `[object ${tag}]`;
}

/** The exports of a whole module beside the kernels. */
interface WholeExports {
  readonly interface: { readonly value: number };
  readonly isFused: () => number;
}
