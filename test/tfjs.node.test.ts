import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Attributes, GradConfig, KernelConfig, Tensor } from "@tensorflow/tfjs-core";
import { argmax, hardtanh, leakyRelu, logSoftmax, prelu, relu, sigmoid, softmax, step } from "lanewise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kernelNames, registerKernels, type Registration } from "../src/tfjs/index.js";
import * as tensorflow from "./support/tensorflow.js";

const { engine, getGradient, getKernel, tensor, useBackend, valuesOf } = tensorflow;

const x = Float32Array.of(-3, -0.5, 0, 1, 2, 7, NaN, Infinity, -Infinity, 0.25, -1, 4);
const dy = x.map((_, i) => i - 3);

/** tfjs's own kernel and gradient of a name, which give what they were called with. */
function original(kernelName: string, backendName: string): KernelConfig {
  const kernelFunc: KernelConfig["kernelFunc"] = ({ inputs }) => ({
    ...Object.values(inputs)[0],
    dataId: { by: "tfjs" },
  });
  return { kernelName, backendName, kernelFunc, setupFunc: () => undefined } as KernelConfig;
}

/** The choice of all kernels, also on "wasm". */
const all = { kernels: kernelNames };

let registrations: Registration[];

/** Registers, and undoes it after the test. */
function register(...args: Parameters<typeof registerKernels>): Registration {
  const registration = registerKernels(...args);
  registrations.push(registration);
  return registration;
}

beforeEach(() => {
  registrations = [];
  useBackend("cpu");
});

afterEach(() => {
  for (const { unregister } of registrations) unregister();
  tensorflow.record(false);
});

/** Runs a kernel on tensors of arrays, and gives the numbers of the result. */
function run(name: string, inputs: Record<string, Tensor>, attrs?: Attributes) {
  return valuesOf(engine().runKernel(name, inputs, attrs));
}

describe.each(["cpu", "wasm"] as const)("on the backend %s", (backend) => {
  beforeEach(() => void useBackend(backend));

  it("computes tfjs's kernels by lanewise's functions", () => {
    const { kernels, gradients } = register(backend, all);
    expect(kernels).toEqual(kernelNames);
    expect(gradients.length).toBeGreaterThan(10);
    expect(run("Sigmoid", { x: tensor(x.slice()) })).toEqual(sigmoid(x));
    expect(run("LeakyRelu", { x: tensor(x.slice()) }, { alpha: 0.2 })).toEqual(leakyRelu(x, { negativeSlope: 0.2 }));
    expect(run("ClipByValue", { x: tensor(x.slice()) }, { clipValueMin: -1, clipValueMax: 2 })).toEqual(
      hardtanh(x, { minVal: -1, maxVal: 2 }),
    );
    expect(run("Step", { x: tensor(x.slice()) }, { alpha: 0 })).toEqual(step(x));
    expect(run("Sigmoid", { x: tensor(Float32Array.of(1), []) })).toEqual(sigmoid(Float32Array.of(1)));
  });

  it.each([0, 1, 2, -1, -3])("computes rows along axis %i", (axis) => {
    register(backend, all);
    const shape = [2, 3, 2];
    const rows = x.map((value) => (Number.isFinite(value) ? value : 1));
    expect(run("Softmax", { logits: tensor(rows.slice(), shape) }, { dim: axis })).toEqual(
      softmax(rows, { shape, axis }),
    );
    expect(run("LogSoftmax", { logits: tensor(rows.slice(), shape) }, { axis })).toEqual(
      logSoftmax(rows, { shape, axis }),
    );
    const index = engine().runKernel("ArgMax", { x: tensor(rows.slice(), shape) }, { axis: [axis] });
    expect(index).toMatchObject({ dtype: "int32", shape: shape.toSpliced(axis, 1) });
    expect(valuesOf(index)).toEqual(argmax(rows, { shape, axis }));
  });

  it.each([[[2]], [[3, 1]], [[3, 2]], [[]], [[1, 1, 2]], [[2, 3, 2]]])(
    "takes slopes of shape %j",
    (slopes: number[]) => {
      register(backend, all);
      const shape = [2, 3, 2];
      const weights = Float32Array.from({ length: slopes.reduce((a, b) => a * b, 1) }, (_, i) => i / 10 - 0.1);
      const slopeOf = Float32Array.from(x, (_, i) => {
        const at = [Math.floor(i / 6), Math.floor(i / 2) % 3, i % 2].slice(3 - slopes.length);
        return weights[at.reduce((index, k, axis) => index * slopes[axis] + (slopes[axis] === 1 ? 0 : k), 0)];
      });
      const inputs = () => ({ x: tensor(x.slice(), shape), alpha: tensor(weights.slice(), slopes) });
      expect(run("Prelu", inputs())).toEqual(prelu(x, { weight: slopeOf, shape: [1, 12], axis: 1 }));
      const given = inputs();
      const gradient = getGradient("Prelu")!.gradFunc(tensor(dy.slice(), shape), [given.x, given.alpha], {});
      expect(valuesOf(gradient.x())).toEqual(prelu.backward(x, dy, { weight: slopeOf, shape: [1, 12], axis: 1 }));
      const alpha = gradient.alpha();
      expect(alpha.shape).toEqual(slopes);
      // Each slope's is the sum of those of its elements.
      const products = Array.from(x, (value, i) => (value > 0 ? 0 : dy[i] * value));
      const sums = new Float64Array(weights.length);
      slopeOf.forEach((slope, i) => (sums[weights.indexOf(slope)] += products[i]));
      expect(valuesOf(alpha)).toEqual(Float32Array.from(sums));
    },
  );

  it("leaves to tfjs what it has no kernel for", () => {
    const names = ["Relu", "Step", "LeakyRelu", "ClipByValue", "ArgMax", "Prelu", "Softmax"];
    for (const name of names) tensorflow.registerKernel(original(name, backend));
    const { unregister } = register(backend, all);
    const isTensorflows = (name: string, inputs: Record<string, Tensor>, attrs?: Attributes) => {
      const backing = useBackend(backend);
      const before = backing.count;
      const { dataId } = engine().runKernel(name, inputs, attrs);
      expect(dataId).toEqual({ by: "tfjs" });
      expect(backing.count).toBe(before);
    };
    isTensorflows("Relu", { x: tensor(Int32Array.of(1)) });
    isTensorflows("Step", { x: tensor(x.slice()) }, { alpha: 0.5 });
    isTensorflows("LeakyRelu", { x: tensor(x.slice()) }, { alpha: NaN });
    isTensorflows("ClipByValue", { x: tensor(x.slice()) }, { clipValueMin: 1, clipValueMax: 1 });
    isTensorflows("ArgMax", { x: tensor(x.slice(), [2, 6]) }, { axis: 1 }); // NaN
    isTensorflows("ArgMax", { x: tensor(x.slice()) }, { axis: 1 });
    isTensorflows("ArgMax", { x: tensor(new Float32Array(), [2, 0]) }, { axis: 1 });
    isTensorflows("Softmax", { logits: tensor(x.slice()) }, { dim: 1 });
    isTensorflows("Prelu", { x: tensor(x.slice(), [2, 3, 2]), alpha: tensor(Float32Array.of(1, 2, 3, 4), [2, 1, 2]) });
    isTensorflows("Prelu", { x: tensor(x.slice()), alpha: tensor(Float32Array.of(1, 2), [2, 1]) });
    unregister();
    for (const name of names) tensorflow.unregisterKernel(name, backend);
  });

  it("casts integers and booleans where tfjs has no kernel, and refuses texts", () => {
    register(backend, all);
    expect(run("Relu", { x: tensor(Int32Array.of(-1, 2)) })).toEqual(Float32Array.of(0, 2));
    expect(run("Relu", { x: tensor(Uint8Array.of(0, 1)) })).toEqual(Float32Array.of(0, 1));
    const text = { ...tensor(new Float32Array(2)), dtype: "string" } as const;
    expect(() => run("Relu", { x: text })).toThrow(
      new TypeError("lanewise/tfjs: Relu can't be computed of string [2] and {}"),
    );
  });

  it("gives the index of NaN where tfjs has no kernel for the maximum", () => {
    register(backend, all);
    expect(run("ArgMax", { x: tensor(x.slice()) }, { axis: 0 })).toEqual(Int32Array.of(6));
  });

  it("gives empty tensors", () => {
    register(backend, all);
    for (const shape of [[0], [2, 0], [0, 2]]) {
      const logits = tensor(new Float32Array(), shape);
      expect(engine().runKernel("Softmax", { logits }, { dim: 0 })).toMatchObject({ shape });
      expect(engine().runKernel("Relu", { x: logits })).toMatchObject({ shape, dtype: "float32" });
    }
  });

  it("computes gradients by lanewise's functions", () => {
    register(backend, all);
    const gradient = (name: string, saved: Float32Array, attrs: Attributes = {}) => {
      const gradients = getGradient(name)!.gradFunc(tensor(dy.slice()), [tensor(saved.slice())], attrs);
      return valuesOf(Object.values(gradients)[0]());
    };
    expect(gradient("Sigmoid", x)).toEqual(sigmoid.backward(x, dy));
    expect(gradient("LeakyRelu", x, { alpha: 0.2 })).toEqual(leakyRelu.backward(x, dy, { negativeSlope: 0.2 }));
    const y = softmax(x.map((value) => (Number.isFinite(value) ? value : 1)));
    expect(gradient("Softmax", y, { dim: 0 })).toEqual(softmax.backward(y, dy));
    expect(gradient("LogSoftmax", y, { axis: 0 })).toEqual(logSoftmax.backward(y, dy));
  });
});

describe("gradients", () => {
  /** A gradient of tfjs that takes the output. */
  const tensorflows: GradConfig = {
    kernelName: "Sigmoid",
    outputsToSave: [true],
    gradFunc: (_, saved) => ({ x: () => saved[0] }),
  };

  afterEach(() => {
    for (const { unregister } of registrations) unregister();
    if (getGradient("Sigmoid")) tensorflow.unregisterGradient("Sigmoid");
  });

  it("save the input alone, and on other backends what tfjs's own take", () => {
    tensorflow.registerGradient(tensorflows);
    register("cpu");
    useBackend("wasm");
    const { inputsToSave, gradFunc } = getGradient("Sigmoid")!;
    expect([inputsToSave, getGradient("Sigmoid")!.outputsToSave]).toEqual([["x"], [true]]);
    const [given, y] = [tensor(x.slice()), tensor(sigmoid(x))];
    expect(gradFunc(tensor(dy.slice()), [given, y], {}).x()).toBe(y);
    useBackend("cpu");
    expect(getGradient("Sigmoid")!.outputsToSave).toEqual([]);
  });

  it("are tfjs's own where they are to be differentiated, of an output that is computed again", () => {
    tensorflow.registerGradient(tensorflows);
    register("cpu");
    tensorflow.record(true);
    const gradient = getGradient("Sigmoid")!.gradFunc(tensor(dy.slice()), [tensor(x.slice())], {});
    expect(valuesOf(gradient.x())).toEqual(sigmoid(x));
  });

  it("of straight pieces have gradients themselves", () => {
    register("cpu");
    tensorflow.record(true);
    const gradient = getGradient("Relu")!.gradFunc(tensor(dy.slice()), [tensor(x.slice())], {});
    expect(valuesOf(gradient.x())).toEqual(relu.backward(x, dy));
    const second = getGradient("LanewiseReluGrad/x")!.gradFunc(tensor(dy.slice()), [tensor(x.slice())], {});
    expect(valuesOf(second.x())).toEqual(new Float32Array(x.length));
    expect(valuesOf(second.dy())).toEqual(relu.backward(x, dy));
  });

  it("are said to be missing as tfjs says it", () => {
    register("cpu");
    useBackend("wasm");
    expect(() => getGradient("Sigmoid")!.gradFunc(tensor(dy.slice()), [tensor(x.slice())], {})).toThrow(
      new Error("Cannot compute gradient: gradient function not found for Sigmoid."),
    );
  });

  it("stay until the last backend is left", () => {
    tensorflow.registerGradient(tensorflows);
    useBackend("wasm");
    const [cpu, wasm] = [register("cpu"), register("wasm", all)];
    cpu.unregister();
    expect(getGradient("Sigmoid")).not.toBe(tensorflows);
    expect(getGradient("LanewiseReluGrad/x")).toBeDefined();
    wasm.unregister();
    expect(getGradient("Sigmoid")).toBe(tensorflows);
    expect(getGradient("LanewiseReluGrad/x")).toBeUndefined();
  });

  it("are left out if the program says so", () => {
    tensorflow.registerGradient(tensorflows);
    expect(register("cpu", { gradients: false }).gradients).toEqual([]);
    expect(getGradient("Sigmoid")).toBe(tensorflows);
  });
});

describe("registering", () => {
  afterEach(() => {
    for (const { unregister } of registrations) unregister();
    if (getKernel("Sigmoid", "cpu")) tensorflow.unregisterKernel("Sigmoid", "cpu");
  });

  it("keeps what sets the original up, and puts that back", () => {
    const config = original("Sigmoid", "cpu");
    tensorflow.registerKernel(config);
    const { unregister } = register("cpu");
    expect(getKernel("Sigmoid", "cpu")).toEqual({ ...config, kernelFunc: expect.any(Function) });
    expect(getKernel("Sigmoid", "cpu")).not.toBe(config);
    unregister();
    expect(getKernel("Sigmoid", "cpu")).toBe(config);
    expect(getKernel("Tanh", "cpu")).toBeUndefined();
    expect(getKernel("LanewiseSigmoidGrad/x", "cpu")).toBeUndefined();
  });

  it("changes nothing the second time, and one undoing is enough", () => {
    const config = original("Sigmoid", "cpu");
    tensorflow.registerKernel(config);
    const first = register("cpu");
    const kernel = getKernel("Sigmoid", "cpu");
    const second = register("cpu");
    expect(getKernel("Sigmoid", "cpu")).toBe(kernel);
    second.unregister();
    expect(getKernel("Sigmoid", "cpu")).toBe(config);
    register("cpu", { kernels: ["Sigmoid"] });
    second.unregister();
    expect(getKernel("Sigmoid", "cpu")).not.toBe(config);
    first.unregister();
    expect(getKernel("Sigmoid", "cpu")).toBe(config);
  });

  it("leaves to tfjs what that computes as exactly, and faster, in WebAssembly", () => {
    expect(register("cpu").kernels).toEqual(kernelNames);
    useBackend("wasm");
    const { kernels } = register("wasm");
    expect(kernelNames.filter((name) => !kernels.includes(name))).toEqual(["ArgMax", "Elu", "Relu", "Step"]);
    expect(getKernel("Relu", "wasm")).toBeUndefined();
  });

  it("takes a choice of kernels", () => {
    expect(register("cpu", { kernels: ["Tanh", "Exp", "Tanh"] })).toMatchObject({
      backend: "cpu",
      kernels: ["Tanh", "Exp"],
      gradients: ["Tanh"],
    });
    expect(getKernel("Sigmoid", "cpu")).toBeUndefined();
  });

  it("leaves what another program registers since", () => {
    const { unregister } = register("cpu");
    const theirs = original("Sigmoid", "cpu");
    tensorflow.unregisterKernel("Sigmoid", "cpu");
    tensorflow.registerKernel(theirs);
    unregister();
    expect(getKernel("Sigmoid", "cpu")).toBe(theirs);
  });

  it.each([
    [
      ["webgl"],
      'backend must be "cpu" or "wasm", not "webgl": the tensors of others are not where lanewise can compute',
    ],
    [[tensorflow], 'backend must be "cpu" or "wasm", not'],
    [[], 'backend must be "cpu" or "wasm", not undefined'],
    [["toString"], 'backend must be "cpu" or "wasm", not "toString"'],
    [["cpu", ["Sigmoid"]], 'options must be an object such as { kernels: ["Sigmoid"] }, not an Array of length 1'],
    [["cpu", null], "options must be an object"],
    [["cpu", { kernel: [] }], "there is no option kernel, only kernels, gradients"],
    [["cpu", { kernels: "Sigmoid" }], 'kernels must be an array of names such as ["Sigmoid"], not "Sigmoid"'],
    [["cpu", { kernels: ["Exp", "sigmoid"] }], "kernels[1] must be one of ArgMax, ClipByValue, Elu, "],
    [["cpu", { gradients: 1 }], "gradients must be true or false, not 1"],
  ])("refuses %j", (args, message) => {
    const call = () => (registerKernels as (...args: unknown[]) => unknown)(...args);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(`registerKernels: ${message}`);
    expect(getKernel("Exp", "cpu")).toBeUndefined();
  });
});

describe("in Node", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));

  /** Runs a program beside an installed lanewise and perhaps a tfjs-core, and gives what it prints. */
  function print(program: string, core?: string): string {
    const project = mkdtempSync(join(tmpdir(), "lanewise-"));
    try {
      const folder = join(project, "node_modules");
      mkdirSync(join(folder, "lanewise"), { recursive: true });
      for (const path of ["package.json", "dist"])
        cpSync(join(root, path), join(folder, "lanewise", path), { recursive: true });
      if (core !== undefined) {
        mkdirSync(join(folder, "@tensorflow/tfjs-core"), { recursive: true });
        const file = (name: string, text: string) => writeFileSync(join(folder, "@tensorflow/tfjs-core", name), text);
        file("package.json", JSON.stringify({ name: "@tensorflow/tfjs-core", version: "4.22.0", main: "main.js" }));
        file("main.js", core);
      }
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
        cwd: project,
        encoding: "utf8",
      });
      return stdout + stderr;
    } finally {
      rmSync(project, { recursive: true });
    }
  }

  const names = ["engine", "findBackendFactory", "getBackend", "getGradient", "getKernel", "registerGradient"];
  const more = ["registerKernel", "unregisterGradient", "unregisterKernel", "zerosLike"];
  const core = [...names, ...more].map((name) => `exports.${name} = () => null;`).join("\n");

  it("says what is missing where tfjs-core is not installed, which lanewise itself doesn't need", () => {
    expect(print(`import "lanewise/tfjs";`)).toContain("Cannot find package '@tensorflow/tfjs-core'");
    expect(print(`import { relu } from "lanewise"; console.log(relu(-1));`)).toBe("0\n");
  });

  it("says what to import where the backend is missing", () => {
    const program = `import { registerKernels } from "lanewise/tfjs";
      try { registerKernels("wasm"); } catch (error) { console.log(error.name, error.message); }`;
    expect(print(program, core)).toBe(
      'Error registerKernels: tfjs has no backend "wasm" yet: import "@tensorflow/tfjs-backend-wasm" before this call\n',
    );
  });

  it("shares lanewise with the program", () => {
    const program = readFileSync(join(root, "dist/tfjs.js"), "utf8");
    expect(Array.from(program.matchAll(/from\s*"([^"]+)"/g), ([, name]) => name).sort()).toEqual([
      "@tensorflow/tfjs-core",
      "lanewise",
    ]);
  });
});
