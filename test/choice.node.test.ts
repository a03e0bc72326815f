import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type * as Lanewise from "../src/index.js";
import { type Probes, restoreEngine, watchEngine } from "./support/watchedEngine.js";

type Library = typeof Lanewise;

/** A copy of the library that nothing has been called of, in an engine for which the probes find this. */
function importLibrary(probes: Probes): Promise<Library> {
  watchEngine({ probes });
  return import("../src/index.js");
}

const both: Probes = { relaxed: "fused" };
const neither: Probes = { relaxed: "missing", simd: "missing" };
const simdBytes = new Uint8Array(readFileSync(new URL("../build/simd.wasm", import.meta.url)));

/** The other whole module, in engines without relaxed SIMD too: one that says that it is it. */
const relaxedModule = new WebAssembly.Module(simdBytes);

beforeEach(() => {
  vi.stubEnv("LANEWISE_BACKEND", undefined);
  const { exports } = WebAssembly.Module;
  vi.spyOn(WebAssembly.Module, "exports").mockImplementation((module) =>
    module === relaxedModule ? [...exports(module), { name: "relaxed", kind: "global" }] : exports(module),
  );
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  restoreEngine();
});

describe("reproducible", () => {
  it("is simd where relaxed SIMD runs too", async () => {
    const lib = await importLibrary(both);
    expect(lib.backend()).toBe("relaxed-simd");
    expect(lib.useBackend("reproducible")).toBe("simd");
    expect(lib.backend()).toBe("simd");
  });

  it("is js where SIMD is missing, before and after ready, and backends() says why and what differs", async () => {
    const lib = await importLibrary(neither);
    expect(lib.useBackend("reproducible")).toBe("js");
    expect(await lib.ready()).toBe("js");
    expect(lib.useBackend("reproducible")).toBe("js");
    expect(lib.backends()).toEqual([
      { name: "relaxed-simd", available: false, reason: "this engine's WebAssembly has no relaxed-simd" },
      { name: "simd", available: false, reason: "this engine's WebAssembly has no SIMD" },
      { name: "js", available: true, note: expect.stringMatching("^its last digits differ from those of simd") },
    ]);
    expect(() => lib.useBackend("simd")).toThrow(`"simd" can't run here: this engine's WebAssembly has no SIMD`);
    expect(lib.backend()).toBe("js");
  });

  it("is simd once ready() brings that, and never relaxed SIMD", async () => {
    const lib = await importLibrary(neither);
    lib.useBackend("reproducible");
    expect(await lib.ready(relaxedModule)).toBe("js");
    expect(lib.backends()[0].available).toBe(true);
    expect(await lib.ready(simdBytes)).toBe("simd");
    expect(await lib.ready(relaxedModule)).toBe("simd");
  });

  it("is what LANEWISE_BACKEND chooses by that name", async () => {
    vi.stubEnv("LANEWISE_BACKEND", "reproducible");
    const lib = await importLibrary(both);
    expect(lib.backend()).toBe("simd");
    expect(await lib.ready(relaxedModule)).toBe("simd");
    const without = await importLibrary(neither);
    expect(without.backend()).toBe("js");
  });

  it("is js in lanewise/js, and so is nothing else", async () => {
    const lib = (await import("../src/js/backends.js")) as unknown as Library;
    expect(lib.useBackend("reproducible")).toBe("js");
    expect(lib.backends()).toEqual([{ name: "js", available: true, note: expect.any(String) }]);
    expect(() => lib.useBackend("simd")).toThrow(
      'useBackend: lanewise/js has no backend "simd", only "js", which "reproducible" chooses too',
    );
  });
});

describe("LANEWISE_BACKEND", () => {
  it.each(["js", "simd"] as const)("chooses %s, until the program chooses another", async (name) => {
    vi.stubEnv("LANEWISE_BACKEND", name);
    const lib = await importLibrary(both);
    expect(lib.backend()).toBe(name);
    expect(await lib.ready()).toBe(name);
    expect(lib.useBackend("relaxed-simd")).toBe("relaxed-simd");
    expect(lib.backend()).toBe("relaxed-simd");
  });

  it("of a wrong name is an error that lists the others, and a choice by name needs none", async () => {
    vi.stubEnv("LANEWISE_BACKEND", "wasm");
    const lib = await importLibrary(both);
    const error = 'LANEWISE_BACKEND: there is no backend "wasm", only "relaxed-simd", "simd", "js" and "reproducible"';
    expect(() => lib.relu(Float32Array.of(1))).toThrow(error);
    expect(() => lib.backend()).toThrow(RangeError);
    expect(lib.useBackend("reproducible")).toBe("simd");
    expect(lib.relu(1)).toBe(1);
  });

  /** The environment as Deno has it, which asks on a terminal when it is read without permission. */
  const denoWith = (state: string) => {
    const asked = vi.fn(() => "js");
    const env = Object.defineProperty({}, "LANEWISE_BACKEND", { get: asked });
    vi.stubGlobal("process", { ...process, env });
    vi.stubGlobal("Deno", { permissions: { querySync: vi.fn(() => ({ state })) } });
    return asked;
  };

  it.each(["prompt", "denied"])("isn't read where Deno's permission for it is %s", async (state) => {
    const lib = await importLibrary(both);
    const asked = denoWith(state);
    expect(lib.backend()).toBe("relaxed-simd");
    expect(asked).not.toHaveBeenCalled();
    expect(Deno.permissions.querySync).toHaveBeenCalledWith({ name: "env", variable: "LANEWISE_BACKEND" });
  });

  it("is read where Deno permits it", async () => {
    const lib = await importLibrary(both);
    denoWith("granted");
    expect(lib.backend()).toBe("js");
  });

  it.each<[string, object]>([
    [
      "an environment that may not be read",
      {
        process: {
          get env() {
            throw new Error("refused");
          },
        },
      },
    ],
    ["no process", { process: undefined }],
    ["a process that is null", { process: null }],
    ["a Deno without permissions", { Deno: {} }],
  ])("is nothing where there is %s", async (_, globals) => {
    const lib = await importLibrary(both);
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    const name = lib.backend();
    // Vitest reads them.
    vi.unstubAllGlobals();
    expect(name).toBe("relaxed-simd");
  });
});

describe("the module that ready() is given", () => {
  it("runs, also where a better backend could", async () => {
    const lib = await importLibrary(both);
    expect(lib.backend()).toBe("relaxed-simd");
    expect(await lib.ready(simdBytes)).toBe("simd");
    expect(lib.backend()).toBe("simd");
    expect(await lib.ready()).toBe("simd");
    expect(await lib.ready(relaxedModule)).toBe("relaxed-simd");
  });

  it("doesn't run where another backend was chosen by name", async () => {
    const lib = await importLibrary(both);
    for (const name of ["js", "relaxed-simd"] as const) {
      lib.useBackend(name);
      expect(await lib.ready(simdBytes)).toBe(name);
    }
  });

  it("may be of another realm, as on Next.js's edge", async () => {
    const lib = await import("../src/index.js");
    const Module = runInNewContext("WebAssembly.Module") as typeof WebAssembly.Module;
    expect(await lib.ready(new Module(simdBytes))).toBe("simd");
    const x = Float32Array.from({ length: 64 }, (_, i) => i / 7 - 4);
    const arena = lib.createArena(1024);
    const y = lib.sigmoid(x, { out: arena.float32(64) });
    expect(lib.backends()[1]).toEqual({ name: "simd", available: true });
    lib.useBackend("js");
    expect(lib.sigmoid(x)).not.toEqual(y);
  });

  it("changes nothing where it is refused", async () => {
    const lib = await importLibrary(both);
    await expect(lib.ready(Uint8Array.of(1, 2))).rejects.toThrow("ready: CompileError");
    expect(lib.backend()).toBe("relaxed-simd");
  });
});

describe("a compiled module of another realm", () => {
  const { Module, ArrayBuffer } = runInNewContext("({ Module: WebAssembly.Module, ArrayBuffer })");

  async function expectSimd(lib: Library): Promise<void> {
    expect(Array.from(lib.relu(Float32Array.of(-1, 2)))).toEqual([0, 2]);
    expect(lib.backend()).toBe("simd");
    expect(lib.backends().filter(({ fallbacks }) => fallbacks)).toEqual([]);
  }

  it("runs where ready() is given it, or its bytes", async () => {
    const buffer = new ArrayBuffer(simdBytes.length);
    new Uint8Array(buffer).set(simdBytes);
    for (const source of [new Module(simdBytes), buffer]) {
      vi.resetModules();
      const lib = await import("../src/index.js");
      expect(await lib.ready(source)).toBe("simd");
      await expectSimd(lib);
    }
  });

  it("runs where the program imports it, as in Next.js on the edge", async () => {
    vi.resetModules();
    vi.doMock("../src/runtime/whole.js", () => ({ whole: new Module(simdBytes) }));
    await expectSimd(await import("../src/index.js"));
    vi.doUnmock("../src/runtime/whole.js");
  });
});

declare const Deno: { permissions: { querySync: (descriptor: object) => { state: string } } };
