import { expect, test } from "vitest";
import { engine } from "./support/engine.js";

/** A module whose one function, () -> v128, has the given instructions. */
function moduleOf(...instructions: number[]): Uint8Array<ArrayBuffer> {
  const body = [0x00, ...instructions, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // types: () -> v128
    ...[0x03, 0x02, 0x01, 0x00], // functions: one of type 0
    ...[0x0a, body.length + 2, 0x01, body.length, ...body], // code
  ]);
}

const zeros = [0x41, 0x00, 0xfd, 0x0f]; // i32.const 0, i8x16.splat
const relaxedMadd = [0xfd, 0x85, 0x02]; // f32x4.relaxed_madd

test("the engine has SIMD", () => {
  expect(WebAssembly.validate(moduleOf(...zeros))).toBe(true);
});

test.runIf(engine.relaxedSimd)("the engine has relaxed SIMD", () => {
  expect(WebAssembly.validate(moduleOf(...zeros, ...zeros, ...zeros, ...relaxedMadd))).toBe(true);
});

test("the engine is the one the config names", () => {
  expect(typeof window === "undefined").toBe(engine.name === "node");
  if (engine.name !== "node") {
    const name = /Firefox|Chrome/.exec(navigator.userAgent)?.[0] ?? "other";
    expect(name).toBe({ chromium: "Chrome", firefox: "Firefox", webkit: "other" }[engine.name]);
    expect(crossOriginIsolated).toBe(true);
  }
});
