import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { transformSync } from "esbuild";
import { describe, expect, it, test } from "vitest";
import { engine } from "./support/engine.js";
import { type Look, type Looks, rightValues } from "./support/probe.js";

const best = engine.relaxedSimd ? "relaxed-simd" : "simd";

interface Settings {
  flags?: string[];
  env?: Record<string, string>;
}

/** support/probe.ts without its types, as Node imports it. */
const probeText = readFileSync(new URL("./support/probe.ts", import.meta.url), "utf8");
const probe = `data:text/javascript,${encodeURIComponent(transformSync(probeText, { loader: "ts" }).code)}`;

/** Runs a program in a Node of its own, where `import(lanewise)` gives the built package, and returns what it sends. */
function run<T>(program: string, { flags = [], env = {} }: Settings = {}): T {
  const text = `
    import { readFileSync } from "node:fs";
    import { look, lookTwice } from "${probe}";
    const lanewise = "${new URL("../dist/node.js", import.meta.url)}";
    const bytesOf = (name) => readFileSync(new URL(name + ".wasm", lanewise));
    const send = (result) => console.log(JSON.stringify(result));
    ${program}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "--eval", text], {
    encoding: "utf8",
    env: { ...process.env, LANEWISE_BACKEND: undefined, ...env },
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`Node ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

const looksTwice = "send(await lookTwice(await import(lanewise)));";

/** JavaScript that makes `new WebAssembly.<name>(...)` do something else; it stays right of instanceof. */
function construct(name: "Module" | "Instance", body: string): string {
  return `WebAssembly.${name} = new Proxy(WebAssembly.${name}, { construct(target, args) { ${body} } });\n`;
}

const refuses = 'throw new WebAssembly.CompileError("code generation disallowed");';
const noModule = construct("Module", refuses);
const noCompiling = `
  ${noModule}
  WebAssembly.compile = WebAssembly.instantiate = async () => { ${refuses} };`;
const noInstance = `${construct("Instance", refuses)} WebAssembly.instantiate = async () => { ${refuses} };\n`;

// Chromium up to 114 on a page: also of a module that has been compiled asynchronously.
const tooLarge = 'throw new RangeError("disallowed on the main thread, if the buffer size is larger than 4KB");';
const sizeLimit = `
  const large = new WeakSet();
  const { compile } = WebAssembly;
  WebAssembly.compile = async (bytes) => {
    const module = await compile(bytes);
    if (bytes.byteLength > 4096) large.add(module);
    return module;
  };
  ${construct("Module", `if (args[0].byteLength > 4096) ${tooLarge} return Reflect.construct(target, args);`)}
  ${construct("Instance", `if (large.has(args[0])) ${tooLarge} return Reflect.construct(target, args);`)}`;

/** An engine that computes wrongly: after a kernel has run, `body` is done to the bytes at `result`. */
function wrong(kernel: string, body: string): string {
  return construct(
    "Instance",
    `const instance = Reflect.construct(target, args);
     const { exports } = instance;
     if (!("${kernel}" in exports)) return instance;
     const kernel = (...given) => {
       exports.${kernel}(...given);
       const result = new DataView(args[1].env.memory.buffer, given[1]);
       ${body}
     };
     return { exports: { ...exports, ${kernel}: kernel } };`,
  ).concat("WebAssembly.instantiate = async (...given) => new WebAssembly.Instance(...given);\n");
}

describe("an engine that refuses", () => {
  it.each<[string, Settings & { fault?: string; reason: string | RegExp; then: string }]>([
    ["to know WebAssembly", { flags: ["--jitless"], reason: "this engine has no WebAssembly", then: "js" }],
    [
      "to know SIMD",
      {
        fault: "WebAssembly.validate = () => false;",
        // Other processors have no such flag.
        ...(process.arch === "x64" && { fault: "", flags: ["--no-enable-sse4-1"] }),
        reason: "this engine's WebAssembly has no SIMD",
        then: "js",
      },
    ],
    ["to compile", { fault: noCompiling, reason: "CompileError: code generation disallowed", then: "js" }],
    ["to compile at once", { fault: noModule, reason: "CompileError: code generation disallowed", then: best }],
    ["to instantiate", { fault: noInstance, reason: "CompileError: code generation disallowed", then: "js" }],
  ])("%s gets plain JavaScript, and is asked again by ready()", (_, { fault = "", reason, then, ...settings }) => {
    const looks = run<Looks>(fault + looksTwice, settings);
    expect(looks.first).toMatchObject({ values: rightValues, backend: "js", reasons: { js: "" } });
    expect(looks.first.reasons.simd).toMatch(reason);
    expect(looks.first.reasons["relaxed-simd"]).not.toBe("");
    expect(looks.ready).toBe(then);
    expect(looks.then).toMatchObject({ values: rightValues, backend: then });
    if (then === "js") expect(looks.then.reasons.simd).toMatch(reason);
    else expect(looks.then.reasons).toMatchObject({ simd: "", [then]: "" });
    expect(looks.then.fallbacks).toEqual({});
  });

  it("to compile large modules at once runs the small ones, and the others after ready()", () => {
    const { first, ready, then } = run<Looks>(sizeLimit + looksTwice);
    expect(first).toMatchObject({ values: rightValues, backend: best, reasons: { simd: "", [best]: "" } });
    // Sigmoid's module is smaller where there is relaxed SIMD.
    expect(Object.keys(first.fallbacks)).toContain("softmax");
    for (const reason of Object.values(first.fallbacks)) expect(reason).toMatch(/^RangeError: .* larger than 4KB/);
    expect(ready).toBe(best);
    expect(then).toMatchObject({ values: rightValues, backend: best, fallbacks: {} });
  });

  const slightly = {
    f32: "result.setFloat32(4, result.getFloat32(4, true) * (1 + 1e-6), true);",
    f64: "result.setFloat64(8, result.getFloat64(8, true) * (1 + 4e-15), true);",
  };
  it.each([
    ["sigmoid_f32", "the last digits", slightly.f32],
    ["sigmoid_f64", "the last digits", slightly.f64],
    ["tanh_f32", "the last digits", slightly.f32],
    ["tanh_f64", "the last digits", slightly.f64],
    ["exp_f32", "the last digits", slightly.f32],
    ["exp_f64", "the last digits", slightly.f64],
    ["softmax_f32", "the last digits", slightly.f32],
    ["softmax_f64", "the last digits", slightly.f64],
    ["exp_f32", "subnormal results, flushed to zero", "result.setFloat32(32, 0, true);"],
    ["relu_f32", "NaN", "result.setFloat32(60, 0, true);"],
    ["compare_greater_f64", "the mask", "result.setUint8(0, 1);"],
  ])("to compute %s rightly is found out: %s", (kernel, _, body) => {
    const [module] = kernel.split("_");
    const name = module === "compare" ? "greater" : module;
    const type = kernel.endsWith("f32") ? "Float32Array" : "Float64Array";
    const { seen, right } = run<{ seen: object[]; right: string[] }>(`
      ${wrong(kernel, body)}
      const copy = await import(lanewise);
      const see = () => {
        const x = ${type}.from({ length: 40 }, (_, i) => [-100, -3, 0.5, 2, NaN][i % 5]);
        const result = Array.from(copy.${name}(x), String);
        const { backend, fallbacks } = look(copy);
        return { result, backend, fallbacks };
      };
      const seen = [see()];
      await copy.ready();
      seen.push(see());
      await copy.ready(bytesOf("simd"));
      seen.push(see());
      copy.useBackend("js");
      send({ seen, right: see().result });`);
    const reason = expect.stringContaining(`known-answer check failed: ${kernel} gave `);
    const expected = { result: right, backend: best, fallbacks: { [module]: reason } };
    // What is given to ready() runs.
    expect(seen).toEqual([expected, expected, { ...expected, backend: "simd" }]);
  });

  it.each([
    ["a TextDecoder", "delete globalThis.TextDecoder;"],
    ["one of UTF-16", "globalThis.TextDecoder = class { constructor(label) { if (label !== 'utf-8') throw label; } };"],
  ])("%s runs the kernels, and is left as it was", (_, fault) => {
    const looks = run<Looks & { same: boolean }>(`
      ${fault}
      const descriptor = () => Object.getOwnPropertyDescriptor(globalThis, "TextDecoder");
      const before = descriptor();
      const looks = await lookTwice(await import(lanewise));
      const after = descriptor();
      send({ ...looks, same: before?.value === after?.value && before?.enumerable === after?.enumerable });`);
    expect(looks.first).toMatchObject({ values: rightValues, backend: best });
    expect(looks.then).toEqual(looks.first);
    expect(looks.same).toBe(true);
  });

  it("to run a kernel at all is found out", () => {
    const fault = wrong("sigmoid_f32", 'throw new WebAssembly.RuntimeError("unreachable");');
    const { first, then } = run<Looks>(fault + looksTwice);
    for (const looks of [first, then]) {
      const fallbacks = { sigmoid: "RuntimeError: unreachable" };
      expect(looks).toMatchObject({ values: rightValues, backend: best, fallbacks });
    }
  });
});

const relaxedFlags = engine.relaxedSimd ? [] : ["--experimental-wasm-relaxed-simd"];

// Other processors have no such flag.
it.runIf(process.arch === "x64")("without a fused multiply-add, relaxed-simd doesn't run", () => {
  const looks = run<Looks>(looksTwice, { flags: ["--no-enable-fma3", ...relaxedFlags] });
  const reason = "the multiply-add is not fused";
  for (const { values, backend, reasons } of [looks.first, looks.then]) {
    expect({ values, backend }).toEqual({ values: rightValues, backend: "simd" });
    expect(reasons["relaxed-simd"]).toBe(reason);
  }
});

describe("LANEWISE_BACKEND", () => {
  it.each(["js", "simd", "", ...(engine.relaxedSimd ? ["relaxed-simd"] : [])])("%j", (name) => {
    const looks = run<Looks>(looksTwice, { env: { LANEWISE_BACKEND: name } });
    expect(looks.first).toMatchObject({ values: rightValues, backend: name || best });
    expect(looks.then).toEqual(looks.first);
  });

  /** The errors of an import, of two calls and of ready(); then useBackend("js"). */
  const program = `
    const { backend, ready, sigmoid, useBackend } = await import(lanewise);
    const errors = [];
    for (const call of [() => sigmoid(0), () => backend(), () => ready()]) {
      try { await call(); errors.push(""); } catch (error) { errors.push(String(error)); }
    }
    useBackend("js");
    send([...errors, sigmoid(0)]);`;

  it("is none where the environment may not be read", () => {
    const refusing = `process.env = new Proxy(process.env, { get(target, name) {
      if (name === "LANEWISE_BACKEND") throw new Error("permission denied");
      return target[name];
    } });`;
    expect(run<Looks>(refusing + looksTwice).first).toMatchObject({ values: rightValues, backend: best });
  });

  it("of an unknown name: every call fails, the import does not", () => {
    const error = 'RangeError: LANEWISE_BACKEND: there is no backend "nonsense"';
    const expected = expect.stringContaining(error);
    expect(run(program, { env: { LANEWISE_BACKEND: "nonsense" } })).toEqual([expected, expected, expected, 0.5]);
  });

  it("of a backend that can't run: every call fails and says why", () => {
    const refused = run<unknown[]>(noCompiling + program, { env: { LANEWISE_BACKEND: "simd" } });
    const error = 'Error: LANEWISE_BACKEND: "simd" can\'t run here: CompileError: code generation disallowed';
    expect(refused).toEqual([error, error, error, 0.5]);
    const flags = ["--jitless"];
    const missing = run<unknown[]>(program, { flags, env: { LANEWISE_BACKEND: "relaxed-simd" } });
    expect(missing[0]).toBe('Error: LANEWISE_BACKEND: "relaxed-simd" can\'t run here: this engine has no WebAssembly');
  });

  it("of a backend that only ready() can compile", () => {
    const [first, second, ready] = run<string[]>(noModule + program, { env: { LANEWISE_BACKEND: "simd" } });
    expect([first, second]).toEqual(Array(2).fill(expect.stringContaining("code generation disallowed")));
    expect(ready).toBe("");
  });
});

describe("ready(source)", () => {
  /** Looks before and after ready(source), where nothing can be compiled at once. */
  function give(source: string, before = "") {
    return run<{ first: Look; error: string; then: Look }>(`
      const bytes = bytesOf("simd");
      const simd = new WebAssembly.Module(bytes);
      const relaxed = bytesOf("relaxed");
      const wasm = (body, init) => new Response(body, { headers: { "content-type": "application/wasm" }, ...init });
      ${noModule}
      const copy = await import(lanewise);
      ${before}
      const first = look(copy);
      const error = await copy.ready(${source}).then(() => "", String);
      send({ first, error, then: look(copy) });`);
  }

  it.each([
    ["a module", "simd"],
    ["a Uint8Array in the middle of a buffer", "Uint8Array.from([0, ...bytes, 0]).subarray(1, -1)"],
    ["an ArrayBuffer", "Uint8Array.from(bytes).buffer"],
    ["a Response", "wasm(bytes)"],
    ["a Response of another type", "new Response(bytes)"],
    ["a Response with parameters in its type", 'wasm(bytes, { headers: { "content-type": "application/wasm; a=b" } })'],
    ["a promise of a module", "Promise.resolve(simd)"],
    ["a promise of bytes", "Promise.resolve(bytes)"],
    ["a promise of a Response", "Promise.resolve(wasm(bytes))"],
    ["what is no promise but has a then", "{ then: (resolve) => resolve(simd) }"],
  ])("takes %s", (_, source) => {
    const { first, error, then } = give(source);
    expect(first).toMatchObject({ values: rightValues, backend: "js" });
    expect(error).toBe("");
    expect(then).toMatchObject({ values: rightValues, backend: "simd", reasons: { simd: "" } });
  });

  it("takes the relaxed module where the engine knows it", () => {
    const { error, then } = give("relaxed");
    expect(then).toMatchObject({ values: rightValues, backend: engine.relaxedSimd ? "relaxed-simd" : "js" });
    expect(error).toMatch(engine.relaxedSimd ? /^$/ : /^Error: ready: /);
  });

  // A module of nothing, and one that imports a function.
  const empty = "Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)";
  const imports = "Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0)";
  it.each([
    ["an empty module", empty, "not a module of lanewise's kernels"],
    ["a module with other imports", imports, "not a module of lanewise's kernels"],
    ["a compiled one", `await WebAssembly.compile(${imports})`, "not a module of lanewise's kernels"],
    ["bytes that are no module", "Uint8Array.of(1, 2, 3, 4)", ""],
    ["half a module", "bytes.subarray(0, bytes.length / 2)", ""],
    ["a page", 'new Response("<!doctype html>", { headers: { "content-type": "text/html" } })', ""],
    ["a page that is missing", "wasm(bytes, { status: 404 })", "404"],
    ["text", '"simd"', "simd"],
    ["a number", "42", "42"],
    ["null", "null", "null"],
    ["a promise that fails", 'Promise.reject(new Error("ready: offline"))', "offline"],
  ])("refuses %s by an error that names it, and changes nothing", (_, source, text) => {
    const { first, error, then } = give(source);
    expect(error).toMatch(/^\w*Error: ready: /);
    expect(error).toContain(text);
    expect(then).toEqual(first);
    expect(then.backend).toBe("js");
  });

  it.each(["", "simd"])("does not replace what useBackend chose: ready(%s)", (source) => {
    const { error, then } = give(source, 'copy.useBackend("js");');
    expect(error).toBe("");
    expect(then).toMatchObject({ backend: "js", reasons: { simd: "" } });
  });
});

test("ready() keeps what a call made while it compiled", () => {
  const program = `
    const { ready, relu } = await import(new URL("module/index.js", lanewise));
    const { activeScratch } = await import(new URL("module/runtime/backends.js", lanewise));
    const compiled = ready();
    relu(new Float32Array(8));
    const before = activeScratch();
    await compiled;
    send(before !== null && activeScratch() === before);`;
  expect(run<boolean>(program, { flags: relaxedFlags })).toBe(true);
});

test("nothing holds the memory of an arena that has been freed", () => {
  const program = `
    const lib = await import(lanewise);
    const buffers = ["sigmoid", "tanh", "softmax"].map((name) => {
      const arena = lib.createArena(1 << 16);
      const x = arena.float32(100);
      lib[name](x, { out: x });
      lib[name](x.subarray(4), { out: x.subarray(4) });
      arena.free();
      return new WeakRef(x.buffer);
    });
    await new Promise((resolve) => setTimeout(resolve));
    gc();
    send(buffers.map((buffer) => buffer.deref() === undefined));`;
  expect(run(program, { flags: ["--expose-gc"] })).toEqual([true, true, true]);
});

const dist = new URL("../dist/", import.meta.url);

test("importing does no work: it touches no WebAssembly and keeps no memory", () => {
  const { touchedByImport, touchedByCall, buffers, functions, heap } = run<Record<string, number>>(
    `
    const { WebAssembly } = globalThis;
    let touched = 0;
    Object.defineProperty(globalThis, "WebAssembly", { get: () => (touched++, WebAssembly) });
    const memory = () => (gc(), process.memoryUsage());
    await import("node:zlib"); // any module, so that what the first import brings is not counted
    const before = memory();
    const { sigmoid, ...others } = await import(lanewise);
    const after = memory();
    const functions = 1 + Object.values(others).filter((member) => typeof member === "function").length;
    const touchedByImport = touched;
    sigmoid(0);
    const buffers = after.arrayBuffers - before.arrayBuffers;
    send({ touchedByImport, touchedByCall: touched, buffers, functions, heap: after.heapUsed - before.heapUsed });`,
    { flags: ["--expose-gc"] },
  );
  expect(touchedByImport).toBe(0);
  expect(touchedByCall).toBeGreaterThan(0);
  // The kernels' memory takes over 8 MiB; what Node still holds of the files that it read varies.
  expect(buffers).toBeLessThan(100_000);
  // V8 keeps the text of the files; the kernels and what only rows need are read when they are called.
  const text = ["node.js", "node-core.cjs"].reduce((sum, name) => sum + statSync(new URL(name, dist)).size, 0);
  expect(heap - text).toBeLessThan(8_000 * functions);
});
