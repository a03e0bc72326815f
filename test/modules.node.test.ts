import { readdirSync, readFileSync } from "node:fs";
import binaryen from "binaryen";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { compile, CompileError, endCompiling } from "../scripts/build/compile.js";
import { listModules } from "../scripts/build/modules.js";
import { type Slot, slotAdvice, slotOptions } from "../scripts/build/slots.js";
import { INTERFACE, MAX_PARAMETERS, PARAMETERS, SLOTS_END } from "../src/generated/layout.js";
import { backends, createArena, type FloatArray, functions, ready, useBackend } from "../src/index.js";
import * as ops from "../src/ops/index.js";
import { FIRST, INSTRUCTION, instructions, LEAD, OFFSET } from "../src/generated/code.js";
import { type Build, decode } from "../src/runtime/decode.js";
import { importsOf } from "../src/runtime/instance.js";
import { createMemory } from "../src/runtime/memory.js";
import { importedModules, type ModuleText } from "../src/runtime/modules.js";
import { expectSameBits, inArena, randomArray, types } from "./support/backends.js";
import { engine } from "./support/engine.js";

const root = new URL("..", import.meta.url);
const folder = new URL("src/generated/modules/", root);
const slots: Record<string, Slot> = JSON.parse(readFileSync(new URL("assembly/slots.json", root), "utf8"));
const bytesOf = (build: Build) => new Uint8Array(readFileSync(new URL(`dist/${build}.wasm`, root)));

/** The contents of a module's file in src/generated/. */
interface ModuleFile {
  readonly name: string;
  readonly module: ModuleText;
  /** The names of the kernels' type. */
  readonly kernels: string[];
}

const files: ModuleFile[] = await Promise.all(
  readdirSync(folder).map(async (file) => {
    const name = file.replace(/\.ts$/, "");
    const exports = (await import(`../src/generated/modules/${name}.ts`)) as Record<string, ModuleText>;
    const text = readFileSync(new URL(file, folder), "utf8");
    const kernels = Array.from(text.matchAll(/^ {2}readonly (\w+): .*;$/gm), ([, kernel]) => kernel);
    return { name, module: exports[`${name}Module`], kernels };
  }),
);

const sources = new Map(listModules().map((module) => [module.name, module]));

/** The exports of a module by name, each with the count of what it takes. */
function exportsOf(name: string): Map<string, number> {
  const all = sources.get(name)!.kernels.flatMap(({ name, code, signature }) =>
    (["f32", "f64"] as const)
      .filter((type) => code(type) !== "")
      .map((type): [string, number] => {
        const [, parameters] = /^\((.*)\)->/.exec(signature(type))!;
        return [`${name}_${type}`, parameters === "" ? 0 : parameters.split(",").length];
      }),
  );
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The names that a module exports, read by binaryen, which knows relaxed SIMD also where the engine doesn't. */
function readExports(binary: Uint8Array): string[] {
  const module = binaryen.readBinary(binary);
  module.setFeatures(binaryen.Features.All);
  expect(module.validate()).toBe(1);
  const names = Array.from({ length: module.getNumExports() }, (_, i) => {
    return binaryen.getExportInfo(module.getExportByIndex(i)).name;
  });
  module.dispose();
  return names.sort();
}

describe("the embedded modules", () => {
  it("are those of assembly/, each with a slot", () => {
    const names = files.map(({ name }) => name).sort();
    expect(names).toEqual([...sources.keys()].sort());
    expect(Object.keys(slots).sort()).toEqual(names);
    expect(names.length).toBeGreaterThan(40);
  });

  it("are all imported by some function", () => {
    const imported = Array.from(importedModules, ({ name }) => name);
    expect(imported.sort()).toEqual(files.map(({ name }) => name).sort());
  });

  describe.each(files)("$name", ({ name, module, kernels }) => {
    const wanted = exportsOf(name);
    const [start, end] = slots[name];

    it("names its kernels, and what they read, as they are in assembly/", () => {
      expect(module.name).toBe(name);
      const kernelNames = sources.get(name)!.kernels.map(({ name }) => name);
      expect(kernels).toEqual(kernelNames);
      const reading = Object.entries(module.parameters ?? {});
      for (const [kernel, parameters] of reading) {
        expect(kernels).toContain(kernel);
        expect(parameters!.length).toBeLessThanOrEqual(MAX_PARAMETERS);
      }
    });

    it.each(["simd", "relaxed"] as const)(
      "the %s build is a module with these kernels, on a memory that it imports",
      (build) => {
        const binary = decode(module.text, build);
        expect(readExports(binary)).toEqual([...wanted.keys()]);
        expect(readExports(binary).map((name) => name.replace(/_f(32|64)$/, ""))).toEqual(
          expect.arrayContaining([...kernels]),
        );
        if (build === "simd" || engine.relaxedSimd) {
          expect(WebAssembly.validate(binary)).toBe(true);
          const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary));
          expect(imports).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
        }
      },
    );

    it("takes as many arguments as assembly/ says, and writes constants to its slot alone", () => {
      const memory = createMemory(0);
      const bytes = new Uint8Array(memory.buffer);
      bytes.fill(0xa5);
      const compiled = new WebAssembly.Module(decode(module.text, "simd"));
      const { exports } = new WebAssembly.Instance(compiled, importsOf(memory));
      for (const [name, count] of wanted) expect((exports[name] as () => void).length, name).toBe(count);
      const outside = bytes.findIndex((byte, i) => byte !== 0xa5 && (i < start || i >= end));
      expect(outside).toBe(-1);
    });
  });

  it("have kernels of different names, which the whole modules have all", () => {
    const names = [...sources.keys()].flatMap((name) => [...exportsOf(name).keys()]);
    expect(new Set(names).size).toBe(names.length);
    const common = [...names, "interface", "isFused", "memory"];
    expect(readExports(bytesOf("simd"))).toEqual([...common].sort());
    expect(readExports(bytesOf("relaxed"))).toEqual([...common, "relaxed"].sort());
  });
});

describe("slots", () => {
  it("lie apart, behind the parameters, up to where data begins", () => {
    const ordered = Object.entries(slots).sort(([, [a]], [, [b]]) => a - b);
    let free = PARAMETERS + 8 * MAX_PARAMETERS;
    for (const [name, [start, end]] of ordered) {
      expect(start, `${name} begins behind the one before`).toBeGreaterThanOrEqual(free);
      expect(end, name).toBeGreaterThanOrEqual(start);
      expect(start % 64, `${name} is aligned`).toBe(0);
      free = end;
    }
    expect(free).toBe(SLOTS_END);
  });

  describe("a module", () => {
    const entry = "assembly/generated/sigmoid.ts";
    const [start, end] = slots.sigmoid;
    const build = (slot: Slot) => compile(entry, "kernels", slotOptions(slot));

    afterAll(endCompiling);

    it("that has outgrown its slot is refused, and the error says what to run", async () => {
      const error: unknown = await build([start, start + 64]).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(CompileError);
      const advice = "npm run build -- --reassign sigmoid gives it another";
      expect(slotAdvice("sigmoid", error)).toBe(`assembly/slots.json: sigmoid has outgrown its slot; ${advice}`);
    });

    it("that fits its slot is what is embedded", async () => {
      const { module } = files.find(({ name }) => name === "sigmoid")!;
      const compiled = await build([start, end]);
      const relaxed = decode(module.text, "relaxed");
      expect(readExports(compiled)).toEqual(readExports(relaxed));
    });

    it("that fails otherwise gets no such advice", async () => {
      const error: unknown = await compile("assembly/generated/none.ts", "kernels").catch((error: unknown) => error);
      expect(error).toBeInstanceOf(Error);
      expect(slotAdvice("none", error)).toBe(undefined);
      expect(slotAdvice("none", new CompileError(entry, "ERROR TS2304: Cannot find name 'a'."))).toBe(undefined);
    });
  });
});

describe("decoding", () => {
  it.each(["simd", "relaxed"] as const)(
    "keeps what is decoded when instructions need more room than text, %s",
    (build) => {
      const bytes = Array.from({ length: 60 }, (_, i) => i);
      const literal = String.fromCharCode(...bytes.map((byte) => byte + OFFSET));
      const texts = instructions[build];
      const longest = texts.reduce((best, text, i) => (text.length > texts[best].length ? i : best), 0);
      const instruction = String.fromCharCode(LEAD, FIRST + 32 + INSTRUCTION + longest);
      const once = decode(instruction, build);
      // Two characters become more than the four bytes that there is room for at first.
      expect(once.length).toBeGreaterThan(4);
      const wanted = [...bytes, ...Array.from({ length: 300 }, () => Array.from(once)).flat()];
      expect(Array.from(decode(literal + instruction.repeat(300), build))).toEqual(wanted);
    },
  );
});

describe("a whole module", () => {
  /** The bytes with another number for `interface`. */
  function ofOtherVersion(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    // `i32.const` and the number as signed LEB128, of which one bit is changed.
    const number = [];
    for (let value = INTERFACE; ; value >>= 7) {
      const isLast = value >= -64 && value < 64;
      number.push((value & 127) | (isLast ? 0 : 128));
      if (isLast) break;
    }
    const buffer = Buffer.from(bytes);
    const at = buffer.indexOf(Buffer.from([0x41, ...number, 0x0b]));
    expect(at).toBeGreaterThan(0);
    buffer[at + 1] ^= 1;
    return new Uint8Array(buffer);
  }

  /** Results of functions of every kind for arrays of both types. */
  function resultsOf(place: (x: FloatArray) => FloatArray): ArrayBufferView[] {
    const results: (ArrayBufferView | number)[] = [];
    for (const type of types) {
      const x = randomArray(type, 96, 0.1, 0.9);
      const dy = randomArray(type, 96, -2, 2, 2);
      const at = () => place(x);
      for (const fn of functions) {
        const input = at();
        results.push(fn(input, { out: input }), fn.derivative(at()), fn.backward(at(), place(dy)));
      }
      for (const name of ["softmax", "softmin", "logSoftmax", "sparsemax", "hardmax"] as const) {
        const input = at();
        results.push(ops[name](input, { out: input }), ops[name].backward(at(), place(dy), { shape: [2, 48] }));
      }
      for (const name of ["glu", "reglu", "geglu", "swiglu"] as const) results.push(ops[name](at()));
      results.push(ops.softmin(at(), { shape: [4, 24], axis: 0, mask: new Uint8Array(96).fill(1, 5) }));
      results.push(ops.logSumExp(at()), ops.argmax(at()), ops.greater(at(), { threshold: 0.5 }));
      results.push(ops.step(at(), { dtype: "int32" }), ops.prelu(at(), { weight: new type(96).fill(0.5) }));
      results.push(ops.softmaxCrossEntropy(at(), Int32Array.of(3)), ops.sigmoidCrossEntropy(at(), place(x)));
      results.push(ops.softmaxCrossEntropy.backward(at(), Int32Array.of(3)));
      const logits = randomArray(type, 2000, -5, 5);
      results.push(ops.topK(logits, 3).indices, ops.sample(logits, { random: () => 0.3, topP: 0.8 }));
    }
    return results.map((result) =>
      typeof result === "number" ? Float64Array.of(result) : (result as Float32Array).slice(),
    );
  }

  afterEach(() => void vi.unstubAllGlobals());

  beforeAll(() => useBackend("simd"));

  it("of another interface, or none of ours, is refused and changes nothing", async () => {
    const before = backends();
    await expect(ready(ofOtherVersion(bytesOf("simd")))).rejects.toThrow(
      "ready: TypeError: this module is of another version of lanewise",
    );
    const { text } = files[0].module;
    for (const foreign of [decode(text, "simd"), Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)]) {
      await expect(ready(foreign)).rejects.toThrow("ready: TypeError: not a module of lanewise's kernels");
    }
    expect(backends()).toEqual(before);
  });

  it("serves every function, and arenas that are made afterwards", async () => {
    const wanted = resultsOf((x) => x.slice());
    const older = createArena(1 << 20);
    await ready(bytesOf("simd"));
    const made = { Module: 0, Instance: 0 };
    const counted = (name: "Module" | "Instance") =>
      new Proxy(WebAssembly[name], {
        construct: (target, args) => {
          made[name]++;
          return Reflect.construct(target, args) as object;
        },
      });
    const { Memory } = WebAssembly;
    vi.stubGlobal("WebAssembly", { Memory, Module: counted("Module"), Instance: counted("Instance") });
    useBackend("simd");
    const check = (results: ArrayBufferView[]) =>
      results.forEach((result, i) => expectSameBits(result, wanted[i], `${i}`));
    check(resultsOf((x) => x.slice()));
    expect(made).toEqual({ Module: 0, Instance: 0 });
    const arena = createArena(1 << 20);
    check(resultsOf((x) => inArena(arena, x)));
    check(resultsOf((x) => inArena(older, x)));
    // Of the arena of the same backend: the older one's arrays are copied.
    expect(made).toEqual({ Module: 0, Instance: 1 });
    expect(backends().find(({ name }) => name === "simd")).toEqual({ name: "simd", available: true });
  });
});
