/** Decoding the text of a module (scripts/build/text.ts). */

import { BASE, BEGIN, END, FIRST, INSTRUCTION, instructions, LEAD, LOCALS, OFFSET } from "../generated/code.js";

/** The two builds of every module: with relaxed SIMD, and without. */
export type Build = keyof typeof instructions;

/**
 * The bytes of a build of a module.
 *
 * A first call waits for it, so it is written for code that has never run before: four times as fast as with a function for each step.
 */
export function decode(text: string, build: Build): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(2 * text.length);
  let length = 0;
  /** The index of the first local that the instructions of a build may use. */
  let base = 0;
  /** Where the sizes go of what has begun. */
  const begun: number[] = [];

  const append = (text: string) => {
    const end = text.length;
    let to = room(end);
    let at = length;
    for (let i = 0; i < end;) {
      const code = text.charCodeAt(i++);
      if (code < LEAD) {
        to[at++] = code - OFFSET;
        continue;
      }
      const low = text.charCodeAt(i++) - FIRST;
      const escape = low - 32;
      if (code > LEAD || escape < 0) {
        to[at++] = (code - LEAD) * 64 + low - OFFSET;
      } else if (escape < LOCALS) {
        // An index below 2^14 as LEB128.
        const index = base + escape;
        to[at++] = index > 127 ? 128 | index : index;
        if (index > 127) to[at++] = index >> 7;
      } else if (escape === BASE) {
        base = (text.charCodeAt(i++) - FIRST) * 64 + text.charCodeAt(i++) - FIRST;
      } else if (escape === BEGIN) {
        begun.push(at);
        at += 3;
      } else if (escape === END) {
        // The size as LEB128 of three bytes.
        const start = begun.pop()!;
        const size = at - start - 3;
        to[start] = 128 | size;
        to[start + 1] = 128 | (size >> 7);
        to[start + 2] = size >> 14;
      } else {
        length = at;
        append(instructions[build][escape - INSTRUCTION]);
        to = room(end - i);
        at = length;
      }
    }
    length = at;
  };

  /** The bytes, with room for so much text, of which two characters make at most three bytes. */
  const room = (characters: number) => {
    if (bytes.length < length + 2 * characters) {
      const larger = new Uint8Array(2 * (length + 2 * characters));
      larger.set(bytes);
      bytes = larger;
    }
    return bytes;
  };

  append(text);
  return bytes.slice(0, length);
}
