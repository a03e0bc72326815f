import { expect, it } from "vitest";
import { createArena, sample } from "../src/index.js";
import { describeArrays, inArena, randomArray } from "./support/backends.js";
import { changes, filters } from "./support/changes.js";

describeArrays("logits that random changes", (type) => {
  it.each(Object.entries(changes))("%s: they are read as they are then", (_, change) => {
    for (const length of [20, 1000]) {
      const logits = randomArray(type, length, -5, 5);
      const changed = logits.slice();
      change(changed);
      for (const options of filters) {
        const x = logits.slice();
        const draw = () => sample(x, { ...options, random: () => (change(x), 0.5) });
        if (changed.includes(NaN) || changed.every((value) => value === -Infinity)) expect(draw).toThrow(RangeError);
        else expect(draw()).toBe(sample(changed, { ...options, random: () => 0.5 }));
      }
    }
  });

  it("one rises, as in the example", () => {
    const x = new type(1000).fill(1);
    expect(sample(x, { topP: 0.9, random: () => ((x[5] = 100), 0.5) })).toBe(5);
  });

  it("random that transfers them, or frees their arena: an error", () => {
    for (const options of filters) {
      const x = randomArray(type, 1000, -5, 5);
      const random = () => (structuredClone(x, { transfer: [x.buffer as ArrayBuffer] }), 0.5);
      expect(() => sample(x, { ...options, random })).toThrow(/^sample: the buffer of logits is detached/);
      const arena = createArena(8000);
      const y = inArena(arena, randomArray(type, 1000, -5, 5));
      expect(() => sample(y, { ...options, random: () => (arena.free(), 0.5) })).toThrow(/^sample: .* has been freed$/);
    }
  });

  it("random that shrinks them: those that are left", () => {
    for (const options of filters) {
      for (const length of [0, 10, 300]) {
        const bytes = 1000 * type.BYTES_PER_ELEMENT;
        const buffer = new ArrayBuffer(bytes, { maxByteLength: bytes });
        const x = new type(buffer);
        x.set(randomArray(type, 1000, -5, 5));
        const draw = () => sample(x, { ...options, random: () => (buffer.resize(length * x.BYTES_PER_ELEMENT), 0.5) });
        if (length === 0) expect(draw).toThrow(/^sample: /);
        else {
          const wanted = sample(x.slice(0, length), { ...options, random: () => 0.5 });
          expect(draw()).toBe(wanted);
        }
      }
    }
  });
});
