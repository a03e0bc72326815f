/** Which backend runs: each is tried when it is first asked for. */

import type { BackendChoice, BackendName } from "./backends.js";
import type { Build } from "./decode.js";
import { Scratch } from "./instance.js";
import { message } from "./kernels.js";
import { probe } from "./probe.js";
import { whole } from "./whole.js";

type WasmName = Exclude<BackendName, "js">;

/** The WebAssembly backends, best first. */
export const wasmNames: readonly WasmName[] = ["relaxed-simd", "simd"];

/** A backend that has been tried: its scratch instance, or the reason why it can't run. */
type Tried = Scratch | string;

export const tried = new Map<WasmName, Tried>();

/** What runs now: an instance, null for plain JavaScript, or undefined as long as nothing has been called. */
export let active: Scratch | null | undefined;

/** What the user chose by name, so that nothing else may replace it. */
let choice: BackendChoice | undefined;

/** The backend of the module that `ready` was given last. */
let given: Scratch | undefined;

export function buildOf(name: WasmName): Build {
  return name === "simd" ? name : "relaxed";
}

export function tryBackend(name: WasmName): Tried {
  let result = tried.get(name);
  if (result === undefined) {
    const build = buildOf(name);
    tried.set(name, (result = create(name, build, whole === undefined ? probe(build) : unlessWhole(build))));
  }
  return result;
}

/** Makes the instance of a backend, unless there is a reason against it. */
export function create(name: WasmName, build: Build, reason: string | undefined): Tried {
  try {
    return reason ?? new Scratch(name, build, whole);
  } catch (error) {
    return message(error);
  }
}

/** Why a build can't run where the program imports a module statically, since the engine compiles no bytes (Cloudflare Workers). */
function unlessWhole(build: Build): string | undefined {
  return build === "simd" ? undefined : "this build of lanewise carries only simd";
}

/** The best that runs here. */
function best(): Scratch | null {
  for (const name of wasmNames) {
    const result = tryBackend(name);
    if (typeof result !== "string") return result;
  }
  return null;
}

/** Chooses a backend by its name. */
export function use(caller: string, name: string): Scratch | null {
  active = byName(caller, name);
  choice = name as BackendChoice;
  return active;
}

function byName(caller: string, name: string): Scratch | null {
  if (name === "js") return null;
  const isReproducible = name === "reproducible";
  const known = isReproducible ? "simd" : wasmNames.find((other) => other === name);
  if (known === undefined) {
    const names = '"relaxed-simd", "simd", "js" and "reproducible"';
    throw new RangeError(`${caller}: there is no backend "${String(name)}", only ${names}`);
  }
  const result = tryBackend(known);
  if (typeof result !== "string") return result;
  if (isReproducible) return null;
  throw new Error(`${caller}: "${name}" can't run here: ${result}`);
}

/** Chooses the module that `ready` was given, or else the best that runs. */
export function useBest(): void {
  active = given ?? best();
}

/** Takes the backend of a module that `ready` was given. */
export function give(scratch: Scratch): void {
  given = scratch;
  tried.set(scratch.name, scratch);
}

/** Chooses once more, after backends have come: what was chosen by name, or at the next call the best. */
export function chooseAgain(): void {
  if (choice === undefined) active = undefined;
  else use("ready", choice);
}
