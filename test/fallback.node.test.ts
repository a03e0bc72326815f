import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, describe, expect, it, vi } from "vitest";
import type * as Lanewise from "../src/index.js";
import type { FloatArray } from "../src/index.js";
import { randomArray } from "./support/backends.js";
import { type Fault, type Probes, restoreEngine, watchEngine } from "./support/watchedEngine.js";

type Library = typeof Lanewise;

const { RuntimeError } = WebAssembly;

/** A copy of the library that nothing has been called of. */
const importLibrary = (): Promise<Library> => import("../src/index.js");

afterEach(restoreEngine);

const x32 = randomArray(Float32Array, 100, -4, 4);
const x64 = randomArray(Float64Array, 100, -4, 4);

/** The results of a function for arrays of both types, of its derivative and its gradient. */
function resultsOf(fn: Lanewise.Elementwise): number[] {
  const results = [x32, x64].flatMap((x: FloatArray) => [
    fn(x),
    fn.derivative(x),
    fn.backward(x, x),
    fn(x.slice(0, 4)),
  ]);
  return [...results.flatMap((result) => Array.from(result)), fn(0.5)];
}

function fallbacksOf({ backends }: Library, backend = "simd"): Readonly<Record<string, string>> {
  return backends().find(({ name }) => name === backend)!.fallbacks ?? {};
}

/** Of a call that writes to its second argument: one of the first results is another number. */
const wrongElement: Fault = (memory, args) => void memory.setFloat64(args[1] + 8, 3e9, true);

describe("elementwise functions whose known answers are wrong", () => {
  it.each([
    ["value", "f32", 0],
    ["value", "f32", 1],
    ["derivative", "f32", 0],
    ["derivative", "f64", 1],
  ] as const)("fall back alone: of the %s, %s, every second from %i on", async (kind, type, first) => {
    const sound = await importLibrary();
    sound.useBackend("simd");
    const simd = sound.functions.map(resultsOf);
    sound.useBackend("js");
    const js = sound.functions.map(resultsOf);
    const modules = sound.functions.map(({ definition }) => definition.module.name);
    // Functions may share a module.
    const wrong = [...new Set(modules)].filter((_, i) => i % 2 === first);
    const kernelOf = (module: string) => `${module}${kind === "value" ? "" : "_derivative"}_${type}`;
    const faults = Object.fromEntries(wrong.map((module) => [kernelOf(module), wrongElement]));

    const { called } = watchEngine({ faults });
    const lib = await importLibrary();
    lib.useBackend("simd");
    // The first call decides which kernels are checked, and the others are checked when they are called.
    lib.functions.forEach((fn) => (kind === "value" ? fn : fn.derivative)(type === "f32" ? x32 : (x64 as never)));
    lib.functions.forEach((fn, i) => {
      const before = new Map(called);
      const isWrong = wrong.includes(modules[i]);
      expect(resultsOf(fn), fn.name).toEqual(isWrong ? js[i] : simd[i]);
      const ran = [...called].filter(([name, count]) => count !== before.get(name) && !name.startsWith("multiply"));
      expect(ran.length > 0, `kernels of ${fn.name} run`).toBe(!isWrong);
    });
    const fallbacks = fallbacksOf(lib);
    expect(Object.keys(fallbacks).sort()).toEqual([...wrong].sort());
    for (const [name, reason] of Object.entries(fallbacks)) {
      expect(reason).toMatch(`known-answer check failed: ${kernelOf(name)} gave `);
    }
    expect(lib.backend()).toBe("simd");
  });
});

type Call = (lib: Library, x: FloatArray) => unknown;

describe("a function whose kernel", () => {
  /** The last digits of an element of the result, which is written where argument number `at` says. */
  const more = (at: number, element = 0): Fault => {
    return (memory, args) => {
      const place = args[at] + 4 * element;
      memory.setFloat32(place, memory.getFloat32(place, true) * (1 + 2e-6), true);
    };
  };
  /** A part of an element of float64. */
  const more64 = (at: number, part: number): Fault => {
    return (memory, args) => void memory.setFloat64(args[at], memory.getFloat64(args[at], true) * (1 + part), true);
  };
  const logits = (x: FloatArray) => randomArray(x.constructor as Float32ArrayConstructor, 1000, -3, 3);
  const trap: Fault = () => {
    throw new RuntimeError("unreachable");
  };
  const gives: [kernel: string, fault: string, Fault, module: string, Call][] = [
    ["sigmoid_f32", "the last digits", more(1), "sigmoid", (lib, x) => lib.sigmoid(x)],
    [
      "exp_f32",
      "0 for subnormal results",
      (memory, [, dst]) => memory.setFloat32(dst + 4 * 8, 0),
      "exp",
      (lib, x) => lib.exp(x),
    ],
    ["sigmoid_f64", "the last digits", more64(1, 1e-13), "sigmoid", (lib) => lib.sigmoid(x64)],
    ["tanh_f32", "none, since it traps", trap, "tanh", (lib, x) => lib.tanh(x)],
    ["geluTanh_f32", "the last digits", more(1), "gelu", (lib, x) => lib.gelu(x, { approximate: "tanh" })],
    ["multiply_f32", "the last digits", more(2), "multiply", (lib, x) => lib.relu.backward(x, x)],
    [
      "multiply_f32",
      "the last digits",
      more(2),
      "multiply",
      (lib, x) => lib.prelu.backward(x, x, { weight: x.map((w) => w / 2) }),
    ],
    ["softmax_f32", "the last digits", more(1), "softmax", (lib, x) => [lib.softmax(x), lib.softmin(x)]],
    ["softmaxBackward_f32", "the last digits", more(2), "softmax", (lib, x) => lib.softmax.backward(x, x)],
    ["logSumExp_f32", "the last digits", more(1), "logSumExp", (lib, x) => lib.logSumExp(x)],
    ["sparsemax_f32", "the last digits", more(1, 2), "sparsemax", (lib, x) => lib.sparsemax(x)],
    ["sparsemax_entmax_f32", "the last digits", more(1, 2), "sparsemax", (lib, x) => lib.entmax15(x)],
    [
      "argmax_f32",
      "the place",
      (memory, [, dst]) => memory.setInt32(dst, 0, true),
      "argmax",
      (lib, x) => lib.argmax(x),
    ],
    [
      "compare_greater_f32",
      "the mask",
      (memory, [, dst]) => memory.setUint8(dst, 1),
      "compare",
      (lib, x) => lib.greater(x),
    ],
    ["prelu_f32", "the last digits", more(2), "prelu", (lib, x) => lib.prelu(x, { weight: x.map((w) => w / 2) })],
    [
      "sampling_maxLogit_f32",
      "the maximum",
      () => 8,
      "sampling",
      (lib, x) => lib.sample(logits(x), { random: () => 0.5 }),
    ],
    [
      "sampling_sumWeightsFast_f32",
      "a sum",
      more64(1, 1e-5),
      "sampling",
      (lib, x) => lib.sample(logits(x), { random: () => 0.5 }),
    ],
    [
      "sampling_findAbove_f32",
      "the count",
      (_, __, count) => count - 1,
      "sampling",
      (lib, x) => lib.topK(logits(x), 5),
    ],
  ];

  it.each(gives)("%s gets wrong %s falls back alone", async (kernel, _, fault, module, call) => {
    const sound = await importLibrary();
    sound.useBackend("js");
    const wanted = call(sound, x32);
    const { called } = watchEngine({ faults: { [kernel]: fault } });
    const lib = await importLibrary();
    lib.useBackend("simd");
    for (let ready = 0; ready < 2; ready++) {
      expect(call(lib, x32)).toEqual(wanted);
      const calls = called.get(kernel);
      expect(call(lib, x32)).toEqual(wanted);
      // Once is enough.
      expect(called.get(kernel)).toBe(calls);
      const fallbacks = fallbacksOf(lib);
      expect(Object.keys(fallbacks)).toEqual([module]);
      expect(fallbacks[module]).toMatch(
        fault === trap ? /^RuntimeError: unreachable$/ : /^known-answer check failed: /,
      );
      lib.softplus(x32);
      lib.logSoftmax(x32);
      expect([called.get("softplus_f32"), called.get("logSoftmax_f32")].every((count) => count! > 0)).toBe(true);
      expect(Object.keys(fallbacksOf(lib))).toEqual([module]);
      // It looks again at what was refused.
      expect(await lib.ready()).toBe("simd");
    }
  });

  it("that can't be compiled falls back alone", async () => {
    watchEngine({ cut: "erf" });
    const lib = await importLibrary();
    lib.useBackend("js");
    const wanted = resultsOf(lib.erf);
    lib.useBackend("simd");
    expect(resultsOf(lib.erf)).toEqual(wanted);
    lib.gelu(x32);
    const fallbacks = fallbacksOf(lib);
    expect(Object.keys(fallbacks)).toEqual(["erf"]);
    expect(fallbacks.erf).toMatch(/^CompileError: /);
    expect(await lib.ready()).toBe("simd");
    expect(Object.keys(fallbacksOf(lib))).toEqual(["erf"]);
    expect(resultsOf(lib.erf)).toEqual(wanted);
  });
});

describe("the probes", () => {
  const reasons = ({ backends }: Library) => backends().map(({ reason }) => reason);

  it.each<[title: string, Probes, backend: string, reasons: (string | undefined)[]]>([
    [
      "without SIMD",
      { relaxed: "missing", simd: "missing" },
      "js",
      ["this engine's WebAssembly has no relaxed-simd", "this engine's WebAssembly has no SIMD", undefined],
    ],
    [
      "without relaxed SIMD",
      { relaxed: "missing" },
      "simd",
      ["this engine's WebAssembly has no relaxed-simd", undefined, undefined],
    ],
    [
      "with a multiply-add that rounds twice",
      { relaxed: "unfused" },
      "simd",
      ["the multiply-add is not fused", undefined, undefined],
    ],
    ["with a fused multiply-add", { relaxed: "fused" }, "relaxed-simd", [undefined, undefined, undefined]],
  ])("%s choose the backend before any kernel is decoded", async (_, probes, backend, wanted) => {
    for (const asynchronously of [false, true]) {
      const { decoded } = watchEngine({ probes });
      const lib = await importLibrary();
      // The kernels with relaxed SIMD can't be compiled everywhere.
      const compiles = asynchronously && backend !== "relaxed-simd";
      if (compiles) await lib.ready();
      const before = decoded.splice(0);
      expect(before.length > 0).toBe(compiles && backend !== "js");
      expect(lib.backend()).toBe(backend);
      expect(reasons(lib)).toEqual(wanted);
      expect(decoded).toEqual([]);
      lib.relu(x32);
      const build = backend === "relaxed-simd" ? "relaxed" : "simd";
      expect(decoded).toEqual(backend === "js" || compiles ? [] : [`relu ${build}`]);
    }
  });

  it("where there is no WebAssembly, nothing is decoded", async () => {
    const { decoded } = watchEngine();
    vi.stubGlobal("WebAssembly", undefined);
    const lib = await importLibrary();
    expect(lib.sigmoid(0)).toBe(0.5);
    expect(await lib.ready()).toBe("js");
    const none = "this engine has no WebAssembly";
    expect(reasons(lib)).toEqual([none, none, undefined]);
    expect(decoded).toEqual([]);
  });
});

describe("what is compiled", () => {
  it("is the one module of a function, at its first call", async () => {
    const { made, decoded } = watchEngine({ probes: { relaxed: "missing" } });
    const lib = await importLibrary();
    expect(made).toEqual({ Module: 0, Instance: 0, compile: 0 });
    lib.backend();
    // Of the probes.
    const before = { ...made };
    const arena = lib.createArena(8192);
    const x = arena.float32(100);
    const calls: [call: () => unknown, modules: string[], instances: number][] = [
      [() => lib.relu(x32), ["relu"], 1],
      [() => [lib.relu(x32), lib.relu(x64), lib.relu.derivative(x64), lib.relu(1)], [], 0],
      [() => lib.sigmoid(x32), ["sigmoid"], 1],
      [() => lib.relu.backward(x32, x32), ["multiply"], 1],
      [() => lib.softmax(x32), ["softmax"], 1],
      [() => [lib.softmin(x64), lib.softmax.backward(x32, x32)], ["mask"], 1],
      [() => [lib.relu(x, { out: x }), lib.relu(x, { out: x })], [], 1],
      [() => lib.topK(randomArray(Float32Array, 1000, 0, 1), 2), ["sampling"], 1],
    ];
    const all: string[] = [];
    let instances = before.Instance;
    for (const [call, modules, count] of calls) {
      call();
      all.push(...modules.map((name) => `${name} simd`));
      instances += count;
      expect(decoded).toEqual(all);
      expect(made).toEqual({ Module: before.Module + all.length, Instance: instances, compile: 0 });
    }
  });

  it("is by ready() what is imported by then, and nothing else", async () => {
    const { made, decoded } = watchEngine({ probes: { relaxed: "missing" } });
    const { ready } = await import("../src/runtime/backends.js");
    const { relu } = await import("../src/ops/relu.js");
    await ready();
    // By this one gradients are multiplied.
    expect(decoded.sort()).toEqual(["multiply simd", "relu simd"]);
    expect(made.compile).toBe(2);
    const before = { ...made };
    relu.backward(x32, x32);
    relu(x64);
    expect(made).toEqual(before);
    const { tanh } = await import("../src/ops/tanh.js");
    await ready();
    expect(decoded.slice(2)).toEqual(["tanh simd"]);
    tanh(x64);
    expect(made.Module).toBe(before.Module);
  });

  it.each([
    ["relu", ["relu", "multiply"]],
    ["topK", ["sampling"]],
    ["argmax", ["argmax", "mask"]],
    ["softmin", ["softmax", "mask"]],
    ["swiglu", ["silu", "multiply"]],
    ["greater", ["compare"]],
    ["softmaxCrossEntropy", ["softmaxCrossEntropy"]],
  ])("is by ready() what a bundler leaves of a program with %s alone", async (name, modules) => {
    const contents = `export { ready } from "./src/runtime/backends.js"; export { ${name} } from "./src/index.js";`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
      ...{ bundle: true, write: false, format: "iife", globalName: "lib", logLevel: "error" },
    });
    const { compiled } = watchEngine();
    const lib = new Function(`${outputFiles[0].text}; return lib;`)() as Library;
    expect(await lib.ready()).not.toBe("js");
    // The names of a module's exports begin with its own.
    const counts = modules.map(
      (name) => compiled.filter((names) => names.every((kernel) => kernel.startsWith(name))).length,
    );
    expect(counts).toEqual(modules.map(() => 1));
    expect(compiled.length).toBe(modules.length);
  });

  it("is by ready() nothing where plain JavaScript was chosen", async () => {
    const { decoded } = watchEngine();
    const lib = await importLibrary();
    lib.useBackend("js");
    expect(await lib.ready()).toBe("js");
    expect(decoded).toEqual([]);
  });
});
