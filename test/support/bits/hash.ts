/** Hashes of results, and their comparison bit by bit. In both every NaN is the same: engines choose the bits of some. */

type Floats = Float32Array | Float64Array;

/** The words of NaN, by the words of an element. */
const NAN_WORDS: Readonly<Record<number, readonly number[]>> = { 1: [0x7fc00000], 2: [0, 0x7ff80000] };

function isFloats(array: unknown): array is Floats {
  return array instanceof Float32Array || array instanceof Float64Array;
}

function wordsOf(array: Floats): Uint32Array {
  return new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4);
}

/** A result as a typed array. */
export function arrayOf(result: unknown): Floats | Int32Array {
  if (typeof result === "number") return Float64Array.of(result);
  if (!ArrayBuffer.isView(result)) throw new TypeError(`no result: ${String(result)}`);
  return result as Floats | Int32Array;
}

/** Two sums of 32 bits over words, mixed at every step (the finalizer's steps of MurmurHash3, whose constants these are). */
export class Hash {
  #first = 0x9e3779b9;
  #second = 0x85ebca6b;

  word(word: number): void {
    this.#first = Math.imul(this.#first ^ word, 0x85ebca6b);
    this.#first ^= this.#first >>> 13;
    this.#second = Math.imul(this.#second ^ (word + 0x7f4a7c15), 0xc2b2ae35);
    this.#second ^= this.#second >>> 16;
  }

  /** Adds the length, the bytes of an element and the bits of a result. */
  add(result: unknown): void {
    const array = arrayOf(result);
    this.word(array.length);
    this.word(array.BYTES_PER_ELEMENT);
    if (!isFloats(array)) {
      for (let i = 0; i < array.length; i++) this.word(array[i]);
      return;
    }
    const words = wordsOf(array);
    const perElement = array.BYTES_PER_ELEMENT / 4;
    const nan = NAN_WORDS[perElement];
    for (let i = 0; i < array.length; i++) {
      const isNaN = array[i] !== array[i];
      for (let j = 0; j < perElement; j++) this.word(isNaN ? nan[j] : words[i * perElement + j]);
    }
  }

  text(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.#first) + hex(this.#second);
  }
}

/** Whether two results are of the same type and length, and have the same bits. */
export function isSame(a: unknown, b: unknown): boolean {
  const [x, y] = [arrayOf(a), arrayOf(b)];
  if (x.length !== y.length || x[Symbol.toStringTag] !== y[Symbol.toStringTag]) return false;
  if (!isFloats(x) || !isFloats(y)) {
    for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
    return true;
  }
  const [first, second] = [wordsOf(x), wordsOf(y)];
  const perElement = x.BYTES_PER_ELEMENT / 4;
  for (let i = 0; i < first.length; i++) {
    if (first[i] === second[i]) continue;
    const at = Math.floor(i / perElement);
    if (x[at] === x[at] || y[at] === y[at]) return false;
  }
  return true;
}
