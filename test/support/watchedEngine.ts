import { vi } from "vitest";
import type * as Bytes from "../../src/runtime/bytes.js";

/** Changes what a kernel has done: it gets the memory, the arguments and the result, and may return another number. */
export type Fault = (memory: DataView, args: readonly number[], result: number) => unknown;

/** An engine that is watched, and that computes wrongly what it is told to. */
export interface WatchedEngine {
  /** How many modules and instances have been made at once, and modules asynchronously. */
  readonly made: { Module: number; Instance: number; compile: number };
  /** How often each kernel has been called. */
  readonly called: Map<string, number>;
  /** The exports of each module that has been compiled asynchronously. */
  readonly compiled: string[][];
  /** The embedded modules that have been decoded, with the build: "relu simd". */
  readonly decoded: string[];
}

/** Findings of the probes that replace those of the engine that runs. */
export type Probes = Partial<Record<"relaxed" | "simd", "missing" | "unfused" | "fused">>;

/** Differences of an engine from the one that runs. */
export interface Otherwise {
  /** Faults of kernels, by their names. */
  readonly faults?: Readonly<Record<string, Fault>>;
  readonly probes?: Probes;
  /** The embedded module of this name comes cut in half. */
  readonly cut?: string;
}

const { CompileError, Instance, Memory, Module } = WebAssembly;

/** Stands in for WebAssembly, and for the embedded bytes, in what is imported from now on. */
export function watchEngine({ faults = {}, probes = {}, cut }: Otherwise = {}): WatchedEngine {
  const engine: WatchedEngine = {
    made: { Module: 0, Instance: 0, compile: 0 },
    called: new Map(),
    compiled: [],
    decoded: [],
  };
  /** The probes that the engine answers for. */
  const answers = new Map<string, string>();
  const answer = (bytes: Uint8Array) => answers.get(bytes.join());

  vi.resetModules();
  vi.doMock("../../src/runtime/bytes.js", async (original) => {
    const { moduleBytes, probeBytes } = await original<typeof Bytes>();
    for (const [build, said] of Object.entries(probes)) answers.set(probeBytes(build as "simd").join(), said);
    const noting: typeof moduleBytes = (module, build) => {
      engine.decoded.push(`${module.name} ${build}`);
      const bytes = moduleBytes(module, build);
      return module.name === cut ? bytes.slice(0, bytes.length / 2) : bytes;
    };
    return { probeBytes, moduleBytes: noting };
  });

  const watched = (name: string, kernel: (...args: number[]) => number, memory: WebAssembly.Memory | undefined) => {
    return (...args: number[]) => {
      engine.called.set(name, (engine.called.get(name) ?? 0) + 1);
      const result = kernel(...args);
      const other = faults[name]?.(new DataView(memory!.buffer), args, result);
      return typeof other === "number" ? other : result;
    };
  };
  const instantiate = (module: WebAssembly.Module, imports?: { env?: { memory: WebAssembly.Memory } }) => {
    if (module instanceof Answer) return { exports: { isFused: () => (module.said === "fused" ? 1 : 0) } };
    const { exports } = new Instance(module, imports as WebAssembly.Imports);
    const kernels = Object.entries(exports as Record<string, (...args: number[]) => number>);
    return {
      exports: Object.fromEntries(
        kernels.map(([name, kernel]) => [
          name,
          // Whole modules export numbers too.
          typeof kernel === "function" ? watched(name, kernel, imports?.env?.memory) : kernel,
        ]),
      ),
    };
  };
  const compile = (bytes: Uint8Array<ArrayBuffer>): object => {
    const said = answer(bytes);
    if (said === "missing") throw new CompileError("invalid numeric opcode");
    return said === undefined ? new Module(bytes) : new Answer(said);
  };
  vi.stubGlobal("WebAssembly", {
    Memory,
    validate: (bytes: Uint8Array) => answer(bytes) === undefined || answer(bytes) !== "missing",
    Module: new Proxy(Module, {
      construct: (_, [bytes]) => (engine.made.Module++, compile(bytes as Uint8Array<ArrayBuffer>)),
    }),
    Instance: new Proxy(Instance, {
      construct: (_, [module, imports]) => (engine.made.Instance++, instantiate(module as object, imports as object)),
    }),
    compile: async (bytes: Uint8Array<ArrayBuffer>) => {
      const module = compile(bytes);
      engine.made.compile++;
      engine.compiled.push(Module.exports(module).map(({ name }) => name));
      return module;
    },
    instantiate: async (source: object, imports?: object) =>
      ArrayBuffer.isView(source)
        ? { instance: instantiate(compile(source as Uint8Array<ArrayBuffer>)) }
        : instantiate(source, imports),
  });
  return engine;
}

/** A module that stands for a probe. */
class Answer {
  constructor(readonly said: string) {}
}

/** Ends what `watchEngine` has begun. */
export function restoreEngine(): void {
  vi.unstubAllGlobals();
  vi.doUnmock("../../src/runtime/bytes.js");
  vi.resetModules();
}
