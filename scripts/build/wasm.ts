/** Reading and writing the binary format of WebAssembly, as far as asc uses it. */

export const TYPE_SECTION = 1;
export const FUNCTION_SECTION = 3;
export const CODE_SECTION = 10;

/** The type v128. */
export const V128 = 0x7b;

/** A number as unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

/** The bytes of an instruction with the prefix of SIMD. */
export function simd(opcode: number): number[] {
  return [0xfd, ...leb(opcode)];
}

/** An instruction: where it is, its first byte, the number that follows a prefix, and a name of the two. */
export interface Instruction {
  readonly start: number;
  readonly end: number;
  readonly opcode: number;
  readonly sub: number;
  readonly key: string;
}

/** A section: where it begins with its id, where its contents do, and where it ends. */
export interface Section {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** A function's code: where it begins with its size, where the size ends, where the instructions begin, and where it ends. */
export interface Code {
  readonly start: number;
  readonly body: number;
  readonly instructions: number;
  readonly end: number;
  /** The count of the locals that it declares. */
  readonly locals: number;
  /** The count of its groups of locals of one type. */
  readonly groups: number;
}

export class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError("a module ends too early");
    return this.bytes[this.at++];
  }

  /** A LEB128 number of any size, of which only the lower bits count here. */
  leb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** The sections of a module. */
  *sections(): Generator<Section> {
    this.at = 8;
    while (this.at < this.bytes.length) {
      const start = this.at;
      const id = this.byte();
      const size = this.leb();
      const body = this.at;
      yield { id, start, body, end: body + size };
      this.at = body + size;
    }
  }

  /** The functions of the code section that begins here. */
  *functions(): Generator<Code> {
    for (let count = this.leb(); count > 0; count--) {
      const start = this.at;
      const size = this.leb();
      const body = this.at;
      const groups = this.leb();
      let locals = 0;
      for (let group = 0; group < groups; group++) {
        locals += this.leb();
        this.byte();
      }
      yield { start, body, instructions: this.at, end: body + size, locals, groups };
      this.at = body + size;
    }
  }

  /** The instructions up to `end`. */
  *instructions(start: number, end: number): Generator<Instruction> {
    this.at = start;
    while (this.at < end) {
      const start = this.at;
      const [opcode, sub] = this.#pass();
      const prefix = opcode.toString(16).padStart(2, "0");
      const key = sub < 0 ? prefix : `${prefix} ${sub.toString(16).padStart(3, "0")}`;
      yield { start, end: this.at, opcode, sub, key };
    }
  }

  /** Passes an instruction, and gives its first byte and the number that follows a prefix, else -1. */
  #pass(): [opcode: number, sub: number] {
    const opcode = this.byte();
    if (opcode === 0xfc || opcode === 0xfd) {
      const sub = this.leb();
      this.#passPrefixed(opcode, sub);
      return [opcode, sub];
    }
    if (opcode === 0x02 || opcode === 0x03 || opcode === 0x04) this.leb();
    else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10 || (opcode >= 0x20 && opcode <= 0x24)) this.leb();
    else if (opcode === 0x0e) for (let targets = this.leb() + 1; targets > 0; targets--) this.leb();
    else if (opcode >= 0x28 && opcode <= 0x3e) this.#passAddress();
    else if (opcode === 0x3f || opcode === 0x40) this.byte();
    else if (opcode === 0x41 || opcode === 0x42) this.leb();
    else if (opcode === 0x43) this.at += 4;
    else if (opcode === 0x44) this.at += 8;
    return [opcode, -1];
  }

  #passAddress(): void {
    this.leb();
    this.leb();
  }

  #passPrefixed(prefix: number, sub: number): void {
    if (prefix === 0xfc) {
      if (sub === 10) this.at += 2;
      else if (sub === 11) this.at += 1;
      else if (sub > 7) throw new Error(`instruction fc ${sub} is unknown here`);
    } else if (sub <= 11 || sub === 0x5c || sub === 0x5d) {
      this.#passAddress();
    } else if (sub === 12 || sub === 13) {
      this.at += 16;
    } else if (sub >= 0x15 && sub <= 0x22) {
      this.at += 1;
    } else if (sub >= 0x54 && sub <= 0x5b) {
      this.#passAddress();
      this.at += 1;
    }
  }
}
