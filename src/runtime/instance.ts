/** A memory with the kernels that work in it, each module instantiated when it is first used. */

import type { DType } from "../args/dtype.js";
import type { Plan } from "../args/parameters.js";
import { BLOCK, MAX_PARAMETERS, PARAMETERS } from "../generated/layout.js";
import { instantiateSync } from "../generated/loader.js";
import type { BackendName } from "./backends.js";
import { BLOCK_IN, BLOCK_OUT, createMemory, FIRST, SCRATCH, SCRATCH_DATA, SECOND, WORK } from "./memory.js";
import { moduleBytes } from "./bytes.js";
import { InputBlock } from "./inputBlock.js";
import type { Build } from "./decode.js";
import type { ModuleText } from "./modules.js";
import type { RowViews, WorkViews } from "./views.js";

/** An export that is called: addresses and counts in, nothing or a number out. */
export type Kernel = (...args: number[]) => number;
export type Exports = Record<string, Kernel>;

/** Where kernels read their parameters as float32 and float64. */
type ParameterViews = readonly [Float32Array, Float64Array];

export class Instance {
  /** The address of CHUNK bytes to work in. */
  readonly work = WORK;
  /** By views.ts. */
  workViews: WorkViews | undefined = undefined;
  /** The kernels that have been asked for, by their numbers (kernels.ts); null where one can't run. */
  readonly kernels: (Kernel | null)[] = [];
  /** The scratch instance of the backend that runs here: it holds what all instances of the backend share. */
  readonly backend: Scratch;
  /** The exports on this memory, by the modules, or by WHOLE. */
  readonly exports = new Map<ModuleText, Exports>();
  readonly #parameters: ParameterViews;
  #plan: Plan<object> | undefined;

  /** @param backend the backend that holds the compiled modules; a `Scratch` gives none, because it does so itself */
  constructor(
    readonly memory: WebAssembly.Memory,
    backend?: Scratch,
  ) {
    this.backend = backend ?? (this as unknown as Scratch);
    const { buffer } = memory;
    this.#parameters = [
      new Float32Array(buffer, PARAMETERS, MAX_PARAMETERS),
      new Float64Array(buffer, PARAMETERS, MAX_PARAMETERS),
    ];
  }

  /** Writes the parameters of a plan to where kernels read them, unless they were the last that were written. */
  setParameters(plan: Plan<object>): void {
    const { numbers } = plan;
    if (plan === this.#plan || numbers.length === 0) return;
    const view = this.#parameters[plan.dtype.index];
    for (let i = 0; i < numbers.length; i++) view[i] = numbers[i];
    this.#plan = plan;
  }

  /** The exports of a module on this memory; throws where the engine refuses to compile or to instantiate it. */
  exportsOf(module: ModuleText): Exports {
    const key = this.backend.whole === undefined ? module : WHOLE;
    let exports = this.exports.get(key);
    if (exports === undefined) {
      const compiled = this.backend.compiledModule(key);
      exports = instantiateSync(compiled, importsOf(this.memory)).instance.exports as Exports;
      this.exports.set(key, exports);
    }
    return exports;
  }
}

/** Stands for the whole module, which has the exports of all. */
export const WHOLE: ModuleText = { name: "", text: "" };

/** What modules import; the whole ones import their memory under the package's name. */
export function importsOf(memory: WebAssembly.Memory): Record<string, Record<string, WebAssembly.Memory>> {
  return { env: { memory }, lanewise: { memory } };
}

/** Bits of the hashes of lengths, by which views of the scratch memory are kept. */
const VIEW_BITS = 6;

/** As one type, also where they are of float64: TypeScript can't call methods of a union of array types. */
type View = Float32Array<ArrayBuffer>;

/**
 * The instance of a backend that arrays are copied to and from. Its memory holds two buffers of SCRATCH bytes, and then what
 * is known of rows side by side.
 */
export class Scratch extends Instance {
  /** The addresses of the buffers, and views of them. */
  readonly first = FIRST;
  readonly second = SECOND;
  readonly first32: View;
  readonly first64: View;
  readonly second32: View;
  readonly second64: View;
  /** By views.ts. */
  rowViews: RowViews | undefined = undefined;
  /** The blocks for calls on few elements. */
  readonly blockIn: InputBlock;
  readonly blockOut: View;
  /** Why functions don't run on this backend, by the names of their modules. */
  readonly failures = new Map<string, string>();
  /** The modules that have been compiled, once for all instances of the backend. */
  readonly compiled = new Map<ModuleText, WebAssembly.Module>();
  /** Views of lengths whose hashes differ. */
  readonly #views: View[];

  /**
   * @param name of the backend
   * @param build which build of the embedded modules runs
   * @param whole a whole module, which has all kernels, in place of the embedded ones
   */
  constructor(
    readonly name: Exclude<BackendName, "js">,
    readonly build: Build,
    readonly whole?: WebAssembly.Module,
  ) {
    super(createMemory(SCRATCH_DATA));
    if (whole !== undefined) this.compiled.set(WHOLE, whole);
    const buffer = this.memory.buffer as ArrayBuffer;
    this.first32 = new Float32Array(buffer, FIRST, SCRATCH / 4);
    this.first64 = new Float64Array(buffer, FIRST, SCRATCH / 8) as unknown as View;
    this.second32 = new Float32Array(buffer, SECOND, SCRATCH / 4);
    this.second64 = new Float64Array(buffer, SECOND, SCRATCH / 8) as unknown as View;
    this.#views = new Array<View>(2 ** VIEW_BITS).fill(new Float32Array(0));
    this.blockIn = new InputBlock(buffer, BLOCK_IN, 0);
    this.blockOut = new Float32Array(buffer, BLOCK_OUT, BLOCK / 4);
  }

  /** A view of the first float32s of the first buffer. It takes 25 ns to make one, and garbage, so the last ones are kept. */
  firstView(length: number): View {
    const slot = Math.imul(length, 0x9e3779b1) >>> (32 - VIEW_BITS);
    let view = this.#views[slot];
    if (view.length !== length) this.#views[slot] = view = new Float32Array(this.memory.buffer, FIRST, length);
    return view;
  }

  /** The first buffer as an array of a type, and the second. */
  firstOf(dtype: DType): View {
    return dtype.index === 0 ? this.first32 : this.first64;
  }

  secondOf(dtype: DType): View {
    return dtype.index === 0 ? this.second32 : this.second64;
  }

  compiledModule(module: ModuleText): WebAssembly.Module {
    let compiled = this.compiled.get(module);
    if (compiled === undefined) {
      compiled = new WebAssembly.Module(moduleBytes(module, this.build));
      this.compiled.set(module, compiled);
    }
    return compiled;
  }
}
