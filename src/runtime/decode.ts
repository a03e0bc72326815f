/** Decoding the text of a module (scripts/build/text.ts). */

import { BASE, BEGIN, END, FIRST, INSTRUCTION, instructions, LEAD, LOCALS, OFFSET } from "../generated/code.js";

/** The two builds of every module: with relaxed SIMD, and without. */
export type Build = keyof typeof instructions;

/** The bytes of a build of a module. */
export function decode(text: string, build: Build): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  /** The index of the first local that the instructions of a build may use. */
  let base = 0;
  /** Where the sizes go of what has begun. */
  const begun: number[] = [];

  const append = (text: string) => {
    let i = 0;
    const sixBits = () => text.charCodeAt(i++) - FIRST;
    while (i < text.length) {
      const code = text.charCodeAt(i++);
      if (code < LEAD) {
        bytes.push(code - OFFSET);
        continue;
      }
      const low = sixBits();
      const escape = low - 32;
      if (code > LEAD || escape < 0) {
        bytes.push((code - LEAD) * 64 + low - OFFSET);
      } else if (escape < LOCALS) {
        pushIndex(bytes, base + escape);
      } else if (escape === BASE) {
        base = sixBits() * 64 + sixBits();
      } else if (escape === BEGIN) {
        begun.push(bytes.length);
        bytes.push(0, 0, 0);
      } else if (escape === END) {
        // The size as LEB128 of three bytes.
        const at = begun.pop()!;
        const size = bytes.length - at - 3;
        bytes[at] = 128 | size;
        bytes[at + 1] = 128 | (size >> 7);
        bytes[at + 2] = size >> 14;
      } else {
        append(instructions[build][escape - INSTRUCTION]);
      }
    }
  };

  append(text);
  return Uint8Array.from(bytes);
}

/** Appends an index below 2^14 as LEB128. */
function pushIndex(bytes: number[], index: number): void {
  if (index > 127) bytes.push(128 | index);
  bytes.push(index > 127 ? index >> 7 : index);
}
