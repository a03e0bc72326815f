/**
 * The probes: modules of a few hundred bytes, by which src/runtime/probe.ts finds out what an engine can run before any kernel
 * is decoded. That of a build has every instruction of SIMD, and of memory in bulk, that its kernels use and the build before it
 * doesn't. (Other instructions are as old as WebAssembly.)
 *
 * The first function of a probe holds the instructions behind an `unreachable`, where they need no operands but of the types that
 * the one before gives, and is never called. The second, exported as `isFused`, tells whether a multiply-add rounds once; in the probe without relaxed SIMD it
 * returns 1.
 */

import { assemble } from "./assemble.js";
import { CODE_SECTION, leb, Reader } from "./wasm.js";

type Binaries = Iterable<Uint8Array>;

/** The probes of both builds. */
export async function makeProbes(builds: { readonly simd: Binaries; readonly relaxed: Binaries }) {
  const simd = instructionsOf(builds.simd);
  const relaxed = instructionsOf(builds.relaxed);
  for (const key of simd.keys()) relaxed.delete(key);
  return { simd: await makeProbe(simd, false), relaxed: await makeProbe(relaxed, true) };
}

async function makeProbe(instructions: ReadonlyMap<string, Uint8Array>, relaxed: boolean): Promise<Buffer> {
  const sorted = [...instructions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
  // The first function is the one that is replaced.
  const module = await assemble(`(module (memory 0) (func) ${isFusedText(relaxed)})`);
  let code = Buffer.of();
  for (const bytes of sorted) {
    const direct = Buffer.concat([code, bytes]);
    // Most take vectors and give one, so that the next goes without. Not every Node knows relaxed SIMD.
    const isValid = !relaxed && WebAssembly.validate(splice(module, direct));
    code = isValid ? direct : Buffer.concat([code, UNREACHABLE, bytes]);
  }
  return splice(module, code);
}

const UNREACHABLE = Buffer.of(0x00);

/** The text of a function `isFused` that returns 1 if multiply-adds round once. */
export function isFusedText(relaxed: boolean): string {
  // (1 + 2^-12)² and (1 + 2^-27)² are no floats: their rounding errors are what a fused multiply-add finds. Else it finds +0.
  const error = (type: string, a: number) => {
    const v = `(local.tee 0 (${type}.splat (${type.slice(0, 3)}.const ${a})))`;
    const square = `(${type}.mul (local.get 0) (local.get 0))`;
    return `(v128.any_true (${type}.relaxed_nmadd ${v} (local.get 0) ${square}))`;
  };
  const isFused = relaxed
    ? `(local v128) (i32.and ${error("f32x4", 1 + 2 ** -12)} ${error("f64x2", 1 + 2 ** -27)})`
    : "(i32.const 1)";
  return `(func (export "isFused") (result i32) ${isFused})`;
}

/** Puts code behind an `unreachable` of the first function of a module. */
function splice(module: Buffer, code: Buffer): Buffer<ArrayBuffer> {
  const parts: Uint8Array[] = [module.subarray(0, 8)];
  for (const { id, start, body, end } of new Reader(module).sections()) {
    if (id === CODE_SECTION) {
      // A count of 2, then the empty body of the first: its size, no locals, end.
      const rest = module.subarray(body + 1 + 1 + module[body + 1], end);
      const first = Buffer.concat([Buffer.of(0x00), code, UNREACHABLE, Buffer.of(0x0b)]);
      const section = Buffer.concat([Buffer.of(2, ...leb(first.length)), first, rest]);
      parts.push(Buffer.of(CODE_SECTION, ...leb(section.length)), section);
    } else {
      parts.push(module.subarray(start, end));
    }
  }
  return Buffer.concat(parts);
}

/** Each instruction with a prefix that is in these modules, as the bytes of its first use. */
function instructionsOf(binaries: Binaries): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const binary of binaries) {
    const reader = new Reader(binary);
    for (const section of reader.sections()) {
      if (section.id !== CODE_SECTION) continue;
      reader.at = section.body;
      for (const { instructions, end } of reader.functions()) {
        for (const { start, end: after, sub, key } of reader.instructions(instructions, end)) {
          if (sub >= 0 && !found.has(key)) found.set(key, binary.subarray(start, after));
        }
      }
    }
  }
  return found;
}
