import { expect, it } from "vitest";
import { backend, backends, ready, sigmoid, useBackend } from "../src/index.js";
import { describeBackends, requiredBackends } from "./support/backends.js";
import { engine } from "./support/engine.js";

it("the engine is the one the config names", () => {
  expect(typeof window === "undefined").toBe(engine.name === "node");
  if (engine.name !== "node") {
    const name = /Firefox|Chrome/.exec(navigator.userAgent)?.[0] ?? "other";
    expect(name).toBe({ chromium: "Chrome", firefox: "Firefox", webkit: "other" }[engine.name]);
    expect(crossOriginIsolated).toBe(true);
  }
});

it("what this engine must run, it runs, and says why not of the others", () => {
  const infos = backends();
  expect(infos.map(({ name }) => name)).toEqual(["relaxed-simd", "simd", "js"]);
  const missing = infos.filter(({ available }) => !available).map(({ name }) => name);
  expect(missing.filter((name) => requiredBackends.includes(name))).toEqual([]);
  for (const { name, available, reason, note } of infos) {
    expect(note).toEqual(
      available && name !== "simd" ? expect.stringMatching("last digits differ from those of simd") : undefined,
    );
    expect(typeof reason).toBe(available ? "undefined" : "string");
    if (!available) expect(reason).toBe("this engine's WebAssembly has no relaxed-simd");
  }
});

it("the best that runs is the default, and ready says which", async () => {
  const best = backends().find(({ available }) => available)!.name;
  expect(backend()).toBe(best);
  expect(await ready()).toBe(best);
});

it("there is no other backend", () => {
  for (const name of ["wasm", "SIMD", "", undefined, 1, "toString"]) {
    expect(() => useBackend(name as never)).toThrow(RangeError);
    expect(() => useBackend(name as never)).toThrow(
      `useBackend: there is no backend "${String(name)}", only "relaxed-simd", "simd", "js" and "reproducible"`,
    );
  }
  const missing = backends().find(({ available }) => !available);
  if (missing) {
    expect(() => useBackend(missing.name)).toThrow(`useBackend: "${missing.name}" can't run here: ${missing.reason}`);
  }
});

it("reproducible is simd, also after ready", async () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => i / 100 - 5);
  useBackend("simd");
  const wanted = sigmoid(x);
  useBackend("js");
  expect(sigmoid(x)).not.toEqual(wanted);
  expect(useBackend("reproducible")).toBe("simd");
  expect(backend()).toBe("simd");
  expect(sigmoid(x)).toEqual(wanted);
  expect(await ready()).toBe("simd");
  expect(sigmoid(x)).toEqual(wanted);
});

describeBackends("chosen", (name) => {
  it("it runs, also after ready", async () => {
    expect(useBackend(name)).toBe(name);
    expect(backend()).toBe(name);
    expect(sigmoid(0)).toBe(0.5);
    expect(await ready()).toBe(name);
    expect(backend()).toBe(name);
  });
});
