import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type * as Lanewise from "../src/index.js";
import { randomArray, types } from "./support/backends.js";
import { restoreEngine, watchEngine } from "./support/watchedEngine.js";

type Library = typeof Lanewise;

type Parameters = Readonly<Record<string, number>>;

afterEach(restoreEngine);

/** The kernel of each function, less the type, and the parameters beside the defaults with which it runs. */
const KERNELS: Readonly<Record<string, readonly [kernel: string, ...settings: Parameters[]]>> = {
  relu: ["relu_derivative"],
  relu6: ["relu6_derivative"],
  hardtanh: ["hardtanh_derivative", { minVal: -0.5, maxVal: 3 }],
  hardshrink: ["hardshrink_derivative", { lambd: 2 }],
  softshrink: ["softshrink_derivative", { lambd: 2.5 }, { lambd: 0 }],
  leakyRelu: ["leakyRelu_derivative", { negativeSlope: 0.5 }],
  threshold: ["threshold_derivative", { threshold: 1, value: -20 }],
  thresholdedRelu: ["thresholdedRelu_derivative", { alpha: 0.5 }],
  hardSigmoid: ["fromOutput_linear", { slope: 0.2, offset: 0.4 }],
  exp: ["fromOutput_linear"],
  expm1: ["fromOutput_linear"],
  elu: ["fromOutput_linear", { alpha: 2 }, { alpha: 0 }],
  celu: ["fromOutput_linear", { alpha: 2 }],
  selu: ["fromOutput_linear", { alpha: 1.5, scale: 1.25 }],
  sigmoid: ["fromOutput_sigmoid"],
  tanh: ["fromOutput_tanh"],
  softsign: ["fromOutput_softsign"],
  softplus: ["fromOutput_negExpm1", { beta: 3 }],
  logSigmoid: ["fromOutput_negExpm1"],
  squareplus: ["fromOutput_squareplus", { b: 1 }],
};

/** Parameters beyond those that the kernels are made for. */
const BY_FORMULA: Readonly<Record<string, Parameters>> = {
  hardSigmoid: { slope: 2 ** -50 },
  celu: { alpha: 2 ** -101 },
  softplus: { beta: 2 ** 31 },
  squareplus: { b: 2 ** 31 },
};

/** The cases of a table: a function, a setting, a type. */
const cases = Object.entries(KERNELS).flatMap(([name, [kernel, ...settings]]) =>
  [{}, ...settings].flatMap((parameters) => types.map((type) => ({ name, kernel, parameters, type }))),
);

function callOf(lib: Library, name: string, parameters: Parameters, type: (typeof types)[number]) {
  const f = (lib as unknown as Record<string, Lanewise.Elementwise<Parameters>>)[name];
  const y = randomArray(type, 100, 0.01, 0.99);
  const dy = randomArray(type, 100, -2, 2, 2);
  return {
    /** By arrays, by a larger one, with `out`, and by a number, which the kernel of float64 computes. */
    ofArrays: () => [
      lib.backwardFromOutput(f, y, dy, parameters),
      lib.backwardFromOutput(f, y.slice(0, 9), dy.slice(0, 9), { ...parameters, out: new type(9) } as object),
    ],
    ofNumber: () => lib.backwardFromOutput(f, 0.3, 2, parameters),
  };
}

describe("backwardFromOutput on WebAssembly", () => {
  it("is tested for each function of its table", () => {
    const source = readFileSync(new URL("../src/families/outputGradients.ts", import.meta.url), "utf8");
    const [, table] = /const CHANGES: .*? = \{\n(.*?)\n\};/s.exec(source)!;
    expect(Object.keys(KERNELS).sort()).toEqual(Array.from(table.matchAll(/^ {2}(\w+):/gm), ([, name]) => name).sort());
  });

  it("runs the kernel of each function, type and setting, which gives its known answers", async () => {
    const { called } = watchEngine();
    const lib = await import("../src/index.js");
    lib.useBackend("simd");
    const counts = (kernel: string) => called.get(kernel) ?? 0;
    for (const { name, kernel, parameters, type } of cases) {
      const title = `${kernel} for ${name} of ${type.name} with ${JSON.stringify(parameters)}`;
      const suffix = type === Float32Array ? "f32" : "f64";
      const { ofArrays, ofNumber } = callOf(lib, name, parameters, type);
      // The known answers are computed at the first call.
      ofArrays();
      ofNumber();
      const before = [counts(`${kernel}_${suffix}`), counts(`multiply_${suffix}`)];
      ofArrays();
      expect([counts(`${kernel}_${suffix}`), counts(`multiply_${suffix}`)], title).toEqual(
        before.map((count) => count + 2),
      );
      const beforeNumber = counts(`${kernel}_f64`);
      ofNumber();
      expect(counts(`${kernel}_f64`), `${title}, of a number`).toBe(beforeNumber + 1);
    }
    expect(lib.backends().find(({ name }) => name === "simd")!.fallbacks).toBe(undefined);
  });

  it("leaves to the formula what the kernels aren't made for", async () => {
    const { called } = watchEngine();
    const lib = await import("../src/index.js");
    lib.useBackend("simd");
    for (const [name, parameters] of Object.entries(BY_FORMULA)) {
      for (const type of types) {
        const { ofArrays } = callOf(lib, name, parameters, type);
        ofArrays();
        const [before, title] = [called.get(`${KERNELS[name][0]}_f32`), `${name} with ${JSON.stringify(parameters)}`];
        ofArrays();
        expect(called.get(`${KERNELS[name][0]}_f32`), title).toBe(before);
      }
    }
    expect([...called.keys()].filter((kernel) => kernel.startsWith("fromOutput"))).toEqual([]);
    expect(lib.backends().find(({ name }) => name === "simd")!.fallbacks).toBe(undefined);
  });
});
