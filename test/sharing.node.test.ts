import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reluModule } from "../src/generated/modules/relu.js";
import { importsWasm, noBytes, root, run } from "./support/ownNode.js";

const dist = join(root, "dist");

/** The fields of `package.json` that say which file a program gets. */
interface Manifest {
  readonly main: string;
  readonly module: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, Conditions>>;
}
type Conditions = string | { readonly [condition: string]: Conditions };

const manifest: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** JavaScript for the results of all functions of `lib`, as text: equal where all bits are. */
const resultsOf = `
  const { createHash } = await import("node:crypto");
  const ramp = (length) => Float32Array.from({ length }, (_, i) => 0.05 + (0.9 * ((i * 37) % 101)) / 101);
  const resultsOf = (lib) => {
    const found = {};
    const note = (name, result) => {
      const array = typeof result === "number" ? Float64Array.of(result) : result;
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      found[name] = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    };
    for (const length of [4, 100, 40000]) {
      const small = ramp(length);
      for (const x of [small, Float64Array.from(small)]) {
        const y = x.map((value) => 1 - value);
        const of = " of " + x.constructor.name + " " + length;
        for (const fn of lib.functions) {
          note(fn.name + of, fn(x));
          note(fn.name + ".derivative" + of, fn.derivative(x));
          note(fn.name + ".backward" + of, fn.backward(x, y));
        }
        for (const name of ["softmax", "softmin", "logSoftmax", "sparsemax", "hardmax"]) {
          note(name + of, lib[name](x, { shape: [length / 4, 4] }));
          note(name + ".backward" + of, lib[name].backward(x, y, { shape: [2, length / 2], axis: 0 }));
        }
        for (const name of ["logSumExp", "argmax"]) note(name + of, lib[name](x));
        for (const name of ["glu", "reglu", "geglu", "swiglu"]) note(name + of, lib[name](x));
        note("softmaxCrossEntropy" + of, lib.softmaxCrossEntropy(x, Int32Array.of(1)));
        note("sigmoidCrossEntropy" + of, lib.sigmoidCrossEntropy(x, y));
        note("greater" + of, lib.greater(x, { threshold: 0.5 }));
        note("step" + of, lib.step(x, { dtype: "int32" }));
        note("prelu.weightGradient" + of, lib.prelu.weightGradient(x.map((value) => -value), y));
        note("topK" + of, lib.topK(x, 3).values);
        note("sample" + of, lib.sample(x, { random: () => 0.7, topP: 0.9 }));
      }
    }
    return found;
  };`;

type Results = Record<string, string>;

const load = `
  const { createRequire } = await import("node:module");
  const required = () => createRequire(process.cwd() + "/program.js")("lanewise");`;

/** Counts the memories that are made: all functions of a backend share one. */
const countMemories = `
  let memories = 0;
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct: (target, args) => (memories++, Reflect.construct(target, args)),
  });`;

describe.each([
  ["import first", `const esm = await import("lanewise"); const cjs = required();`],
  ["require first", `const cjs = required(); const esm = await import("lanewise");`],
])("import and require of the package, %s", (_, both) => {
  it("give the same functions over the same memory", () => {
    const { names, different, memories } = run<{ names: string[][]; different: string[]; memories: number }>(`
      ${load} ${countMemories} ${both}
      const x = Float32Array.of(1, 2);
      esm.sigmoid(x); cjs.tanh(x); cjs.softmax(x); esm.sparsemax(x); esm.sample(x); cjs.prelu(x);
      const names = [esm, cjs].map((lib) => Object.keys(lib).filter((name) => name !== "default").sort());
      send({ names, different: names[1].filter((name) => esm[name] !== cjs[name]), memories });`);
    expect(names[0]).toContain("sigmoid");
    expect(names[0]).toEqual(names[1]);
    expect(different).toEqual([]);
    expect(memories).toBe(1);
  });

  it("have one backend", () => {
    const found = run<string[]>(`
      ${load} ${both}
      const seen = [];
      for (const [one, other] of [[esm, cjs], [cjs, esm]]) {
        for (const name of ["js", "simd"]) { one.useBackend(name); seen.push(other.backend()); }
      }
      esm.useBackend("js");
      seen.push(await cjs.ready());
      send(seen);`);
    expect(found).toEqual(["js", "simd", "js", "simd", "js"]);
  });

  it("know each other's arenas, also in functions that are loaded later", () => {
    const { memories, errors } = run<{ memories: number[]; errors: string[] }>(`
      ${load} ${countMemories} ${both}
      const errors = [];
      const counts = [];
      for (const [one, other] of [[esm, cjs], [cjs, esm]]) {
        const arena = one.createArena(4096);
        const x = arena.float32(100);
        const before = memories;
        x.fill(1);
        other.sigmoid(x, { out: x });
        other.softmax(x, { out: x });
        counts.push(memories - before);
        arena.free();
        for (const call of [other.sigmoid, other.softmax, other.logSumExp, other.sample, other.glu]) {
          try { call(x); errors.push("none"); } catch (error) { errors.push(error.message.replace(/^\\w+/, "f")); }
        }
      }
      send({ memories: counts, errors });`);
    expect(memories).toEqual([0, 0]);
    expect(new Set(errors)).toEqual(new Set(["f: an array belongs to an arena that has been freed"]));
  });
});

describe("every build gives the same bits", () => {
  let simd: Results;
  let js: Results;

  beforeAll(() => {
    [simd, js] = run<Results[]>(`
      ${resultsOf}
      const lib = await import("lanewise");
      send(["simd", "js"].map((name) => { lib.useBackend(name); return resultsOf(lib); }));`);
    expect(Object.keys(simd).length).toBeGreaterThan(600);
    expect(js).not.toEqual(simd);
  });

  it.each([
    ["bundlers' modules", "lanewise", ["--conditions=module"]],
    ["the bundle", "lanewise/bundle", []],
  ])("%s", (_, specifier, flags) => {
    const program = `${resultsOf} const lib = await import("${specifier}"); lib.useBackend("simd"); send(resultsOf(lib));`;
    expect(run<Results>(program, { flags })).toEqual(simd);
  });

  it.each(["workerd", "edge-light"])(
    "%s, where nothing is compiled from bytes and nobody calls ready()",
    (condition) => {
      const { backend, reason, ready, results } = run<Record<string, string> & { results: Results }>(
        `${resultsOf} ${importsWasm}
      const lib = await import("lanewise");
      ${noBytes}
      lib.sigmoid(Float32Array.of(1));
      const backend = lib.backend();
      const results = resultsOf(lib);
      const { reason } = lib.backends().find(({ name }) => name === "relaxed-simd");
      send({ backend, reason, results, ready: await lib.ready() });`,
        { flags: [`--conditions=${condition}`] },
      );
      expect({ backend, ready, reason }).toEqual({
        ...{ backend: "simd", ready: "simd" },
        reason: "this build of lanewise carries only simd",
      });
      expect(results).toEqual(simd);
    },
  );

  it.each([
    ["import", `const lib = await import("lanewise/js");`],
    ["import by a bundler", `const lib = await import("lanewise/js");`, ["--conditions=module"]],
    ["require", `${load} const lib = createRequire(process.cwd() + "/program.js")("lanewise/js");`],
  ])("lanewise/js by %s, which touches no WebAssembly", (_, loaded, flags: string[] = []) => {
    const { touched, backends, results } = run<{ touched: number; backends: unknown; results: Results }>(
      `${resultsOf}
      let touched = 0;
      Object.defineProperty(globalThis, "WebAssembly", { get: () => void touched++ });
      ${loaded}
      const results = resultsOf(lib);
      const arena = lib.createArena(64);
      const x = arena.float32(4);
      lib.relu(x, { out: x });
      arena.free();
      const backends = [lib.backend(), lib.backends(), await lib.ready()];
      send({ touched, results, backends });`,
      { flags },
    );
    expect(touched).toBe(0);
    expect(backends).toEqual(["js", [{ name: "js", available: true, note: expect.any(String) }], "js"]);
    expect(results).toEqual(js);
  });
});

describe("files", () => {
  /** The files of dist/ with code. */
  const code = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => /\.c?js$/.test(file));
  const embedded = (file: string) => readFileSync(join(dist, file), "utf8").split(magic).length - 1;
  /** The first characters of the text of every module, and of the two probes, which Node's file has too. */
  const magic = reluModule.text.slice(0, 12);
  const project = mkdtempSync(join(tmpdir(), "lanewise-"));

  afterAll(() => rmSync(project, { recursive: true }));

  it("kernels are embedded where a bundler or a page needs them, and nowhere else", () => {
    const kernels = code.filter((file) => embedded(file) > 2);
    expect(kernels).toEqual(["bundle.js"]);
    expect(embedded("node-core.cjs")).toBe(2);
    expect(code.filter((file) => file.startsWith("module") && embedded(file) > 0).length).toBeGreaterThan(40);
    expect(code.filter((file) => file.startsWith("js")).length).toBeGreaterThan(50);
  });

  it("what a file imports by a path is there", () => {
    const missing = code.flatMap((file) => {
      const text = readFileSync(join(dist, file), "utf8");
      const paths = Array.from(
        text.matchAll(/(?:\bfrom\s*|\bimport\s*|\brequire\()["'`](\.\.?\/[^"'`$]*)["'`]/g),
        ([, path]) => path,
      );
      return paths
        .filter((path) => !existsSync(join(dist, file, "..", path.replace("?module", ""))))
        .map((path) => `${file}: ${path}`);
    });
    expect(missing).toEqual([]);
  });

  it("the bundle works as one file, without anything beside it", () => {
    copyFileSync(join(dist, "bundle.js"), join(project, "bundle.mjs"));
    const program = `const { sigmoid, softmax, backend } = await import("./bundle.mjs");
      send([backend() !== "js", sigmoid(0), softmax(Float32Array.of(0, 0))[1]]);`;
    expect(run(program, { cwd: project })).toEqual([true, 0.5, 0.5]);
  });

  it("every path that package.json names is there", () => {
    const paths = (conditions: Conditions): string[] =>
      typeof conditions === "string" ? [conditions] : Object.values(conditions).flatMap(paths);
    const { main, module, types } = manifest;
    const named = [main, module, types, ...Object.values(manifest.exports).flatMap(paths)];
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("those who know no exports get the same by main and module", () => {
    const [main, module] = run<boolean[]>(`
      ${load}
      const { createRequire: require } = await import("node:module");
      const byMain = require(process.cwd() + "/program.js")("${manifest.main}");
      const byModule = await import("${manifest.module}");
      const names = (lib) => Object.keys(lib).sort().join();
      send([byMain === required(), names(byModule) === names(byMain)]);`);
    expect([main, module]).toEqual([true, true]);
  });

  it.each([
    ["lanewise", "Node10", undefined, "index.d.ts"], // reads no exports
    ["lanewise", "Bundler", "ESNext", "index.d.ts"],
    ["lanewise", "NodeNext", "ESNext", "index.d.ts"],
    ["lanewise", "NodeNext", "CommonJS", "index.d.cts"],
    ["lanewise/js", "NodeNext", "ESNext", "index.d.ts"],
    ["lanewise/js", "NodeNext", "CommonJS", "index.d.cts"],
    ["lanewise/bundle", "Bundler", "ESNext", "index.d.ts"],
    ["lanewise/simd.wasm", "Bundler", "ESNext", "wasm.d.ts"],
  ] as const)("TypeScript finds the types of %s: moduleResolution %s, %s", (specifier, resolution, mode, file) => {
    const folder = join(project, "node_modules");
    if (!existsSync(folder)) {
      mkdirSync(folder);
      symlinkSync(root, join(folder, "lanewise"), "dir");
    }
    const options = { moduleResolution: ts.ModuleResolutionKind[resolution], resolveJsonModule: true };
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      join(project, "program.ts"),
      options,
      ts.sys,
      undefined,
      undefined,
      mode && ts.ModuleKind[mode],
    );
    expect(resolvedModule?.resolvedFileName).toBe(join(dist, file));
  });
});
