/**
 * Modules as text, from which src/runtime/modules.ts makes both builds.
 *
 * asc compiles every module once, with relaxed SIMD. The instructions of relaxed SIMD become codes in the text, and each build
 * has its own instructions for a code: in the build without relaxed SIMD, a multiply-add is a product and a sum. Two of them
 * stand for what takes one instruction with a fused multiply-add and a dozen without (assembly/simd/twoProduct.ts).
 *
 * The text is printable ASCII, which no minifier or page takes for something else. Compressed it is hardly longer than the
 * bytes; base64 would be 1.6 times as long, because what repeats looks alike in it only every third time.
 */

import { layoutNumbers } from "./modules.js";
import { CODE_SECTION, FUNCTION_SECTION, leb, Reader, simd, TYPE_SECTION, V128 } from "./wasm.js";

export type Build = "simd" | "relaxed";

/** By how much a code is above its byte, modulo 256, so that most bytes of the modules get the code of a printable character. */
const OFFSET = 45;
/** Others are two characters: one of four from LEAD on, which aren't used otherwise, and one of 64 from FIRST on. */
const LEAD = 123;
const FIRST = 40;

/* The codes that are no bytes: LEAD, and one of the 32 characters that follow the last one for a byte. */

/** The index of one of LOCALS locals beyond those of the function. */
const LOCAL = 0;
const LOCALS = 6;
/** Two characters follow, of 6 bits each: the index of the first of these locals. */
const BASE = 6;
/** Begins what its size precedes, and ends it. */
const BEGIN = 7;
const END = 8;
/** The instructions that each build writes in its own way. */
const INSTRUCTION = 9;

function character(code: number): string {
  return code >= 32 && code < LEAD
    ? String.fromCharCode(code)
    : String.fromCharCode(LEAD + Math.floor(code / 64), FIRST + (code % 64));
}

/** Bytes as text. */
export function bytesText(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => character((byte + OFFSET) % 256)).join("");
}

function escape(code: number): string {
  return String.fromCharCode(LEAD, FIRST + 32 + code);
}

const local = (number: number) => escape(LOCAL + number);
const get = (number: number) => bytesText([0x20]) + local(number);
const set = (number: number) => bytesText([0x21]) + local(number);
const tee = (number: number) => bytesText([0x22]) + local(number);
const op = (opcode: number) => bytesText(simd(opcode));
const and = op(0x4e);

const layout = new Map(layoutNumbers().map(({ name, value }) => [name, Number(value)]));

/** The instructions of a type. */
function operations(type: "f32" | "f64") {
  const isF32 = type === "f32";
  const add = op(isF32 ? 0xe4 : 0xf0);
  const sub = op(isF32 ? 0xe5 : 0xf1);
  const mul = op(isF32 ? 0xe6 : 0xf2);
  const madd = op(isF32 ? 0x105 : 0x107);
  const nmadd = op(isF32 ? 0x106 : 0x108);
  const constant = (name: string) => {
    const address = leb(layout.get(`${name}_${type.toUpperCase()}`)!);
    return bytesText([0x41, 0x00]) + bytesText([...simd(isF32 ? 9 : 10), isF32 ? 2 : 3, ...address]);
  };
  return { add, sub, mul, madd, nmadd, highBits: constant("HIGH_BITS"), neg: constant("SIGN_BIT") + op(0x51) };
}

/** The number of an instruction of relaxed SIMD, and what each build writes for it. */
interface Instruction {
  readonly opcode: number;
  readonly simd: string;
  readonly relaxed: string;
}

function instructionsOf(type: "f32" | "f64"): Instruction[] {
  const { add, sub, mul, madd, nmadd, highBits, neg } = operations(type);
  const [A, B, C, A_HIGH, B_HIGH, MASK] = [0, 1, 2, 3, 4, 5];
  const isF32 = type === "f32";
  return [
    // a·b + c
    { opcode: isF32 ? 0x105 : 0x107, relaxed: madd, simd: set(C) + mul + get(C) + add },
    // c - a·b
    { opcode: isF32 ? 0x106 : 0x108, relaxed: nmadd, simd: set(C) + mul + set(A) + get(C) + get(A) + sub },
    // a or b, where c has all ones or zero
    { opcode: isF32 ? 0x10b : 0x10c, relaxed: op(isF32 ? 0x10b : 0x10c), simd: op(0x52) },
    // `twoProductError`: a·b - c. (((aHigh·bHigh - c) + aHigh·bLow) + aLow·bHigh) + aLow·bLow
    {
      opcode: isF32 ? 0x109 : 0x10a,
      relaxed: neg + madd,
      simd: [
        ...[set(C), set(B), set(A)],
        ...[get(A), highBits, tee(MASK), and, tee(A_HIGH), get(B), get(MASK), and, tee(B_HIGH), mul, get(C), sub],
        ...[get(A_HIGH), get(B), get(B_HIGH), sub, tee(B), mul, add],
        ...[get(A), get(A_HIGH), sub, tee(A), get(B_HIGH), mul, add],
        ...[get(A), get(B), mul, add],
      ].join(""),
    },
    // `twoSquareError`: a·a - c. (aHigh·aHigh - c) + aLow·(a + aHigh)
    {
      opcode: isF32 ? 0x10d : 0x10f,
      relaxed: set(C) + tee(A) + get(A) + get(C) + neg + madd,
      simd: [
        ...[set(C), set(A)],
        ...[get(A), highBits, and, tee(A_HIGH), get(A_HIGH), mul, get(C), sub],
        ...[get(A), get(A_HIGH), sub, get(A), get(A_HIGH), add, mul, add],
      ].join(""),
    },
  ];
}

const instructions = [...instructionsOf("f32"), ...instructionsOf("f64")];
const numberOf = new Map(instructions.map(({ opcode }, number) => [opcode, number]));

/** src/generated/code.ts: the numbers that the decoder needs, and the instructions of each build. */
export function codeFile(): string {
  const numbers = { OFFSET, LEAD, FIRST, LOCALS, BASE, BEGIN, END, INSTRUCTION };
  const lists = (["simd", "relaxed"] as const).map((build) => {
    const texts = instructions.map((instruction) => `    ${JSON.stringify(instruction[build])},\n`);
    return `  ${build}: [\n${texts.join("")}  ],\n`;
  });
  return (
    "/* From scripts/build/text.ts, which tells what these are. */\n\n" +
    Object.entries(numbers)
      .map(([name, number]) => `export const ${name} = ${number};\n`)
      .join("") +
    `\nexport const instructions = {\n${lists.join("")}};\n`
  );
}

/** The text of a module. */
export function textOf(binary: Uint8Array): string {
  const reader = new Reader(binary);
  const parameters = parameterCounts(binary);
  let text = bytesText(binary.subarray(0, 8));
  for (const { id, start, body, end } of reader.sections()) {
    if (id !== CODE_SECTION) {
      text += bytesText(binary.subarray(start, end));
      continue;
    }
    reader.at = body;
    text += bytesText([id]) + escape(BEGIN) + bytesText(leb(parameters.length));
    let number = 0;
    for (const code of reader.functions()) text += functionText(binary, code, parameters[number++]);
    text += escape(END);
  }
  return text;
}

type FunctionCode = ReturnType<Reader["functions"]> extends Generator<infer C> ? C : never;

function functionText(binary: Uint8Array, code: FunctionCode, parameters: number): string {
  const reader = new Reader(binary);
  let text = "";
  let done = code.instructions;
  for (const { start, end, opcode, sub } of reader.instructions(code.instructions, code.end)) {
    if (opcode !== 0xfd || sub < 0x100) continue;
    const number = numberOf.get(sub);
    if (number === undefined) throw new Error(`no build without relaxed SIMD has instruction fd ${sub.toString(16)}`);
    text += bytesText(binary.subarray(done, start)) + escape(INSTRUCTION + number);
    done = end;
  }
  if (done === code.instructions) return bytesText(binary.subarray(code.start, code.end));
  const base = parameters + code.locals;
  const declared = binary.subarray(code.body + leb(code.groups).length, code.instructions);
  return (
    escape(BASE) +
    String.fromCharCode(FIRST + (base >> 6), FIRST + (base & 63)) +
    escape(BEGIN) +
    bytesText([...leb(code.groups + 1), ...declared, LOCALS, V128]) +
    text +
    bytesText(binary.subarray(done, code.end)) +
    escape(END)
  );
}

/** The count of the parameters of each function of a module. */
function parameterCounts(binary: Uint8Array): number[] {
  const reader = new Reader(binary);
  const ofTypes: number[] = [];
  const ofFunctions: number[] = [];
  for (const { id, body } of reader.sections()) {
    reader.at = body;
    if (id === TYPE_SECTION) {
      for (let count = reader.leb(); count > 0; count--) {
        reader.byte();
        const parameters = reader.leb();
        reader.at += parameters;
        const results = reader.leb();
        reader.at += results;
        ofTypes.push(parameters);
      }
    } else if (id === FUNCTION_SECTION) {
      for (let count = reader.leb(); count > 0; count--) ofFunctions.push(ofTypes[reader.leb()]);
    }
  }
  return ofFunctions;
}
