/** The header of NumPy's .npy files. See https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

import { endianness } from "node:os";
import { UsageError } from "./errors.js";

/** The types of elements that are read. */
export type ElementType = "float16" | "float32" | "float64";

/** The bytes of an element. */
export const elementBytes: Readonly<Record<ElementType, 2 | 4 | 8>> = { float16: 2, float32: 4, float64: 8 };

/** What a header tells. */
export interface NpyHeader {
  readonly type: ElementType;
  readonly isBigEndian: boolean;
  /** The first axis is the one whose elements are neighbours. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

const MAGIC = "\x93NUMPY";

/** How many bytes tell what a file is. */
export const MAGIC_BYTES = MAGIC.length;

/** The longest header that is read: NumPy's own is some 100 bytes, unless elements have fields. */
const MAX_HEADER = 1 << 20;

/** Refuses files that hold no array, whatever is said of them. */
function checkKind(start: Buffer, name: string): void {
  if (start.length === 0) throw new Error(`${name} is empty`);
  if (start.toString("latin1", 0, 4) === "PK\x03\x04")
    throw new Error(`${name} is an .npz: save one array by numpy.save`);
}

/**
 * Refuses what is no file of numbers without a header: such numbers are read whatever they are, and a header would be among them.
 *
 * @param start its first bytes, `MAGIC_BYTES` of them or fewer where they end
 * @param name of the file, for errors
 */
export function checkRaw(start: Buffer, name: string): void {
  checkKind(start, name);
  if (start.toString("latin1") === MAGIC) throw new UsageError(`leave --dtype out: ${name} is a .npy file`);
}

/**
 * Reads a header.
 *
 * @param read gives so many of the next bytes, or fewer where they end
 * @param name of the file, for errors
 * @throws {Error} if it is none, or of elements that aren't floats
 */
export async function readHeader(read: (count: number) => Promise<Buffer>, name: string): Promise<NpyHeader> {
  const start = await read(8);
  checkKind(start, name);
  if (start.length < 8 || start.toString("latin1", 0, 6) !== MAGIC) {
    throw new Error(`${name} is no .npy file; for numbers without a header write --dtype float32`);
  }
  const version = start[6];
  if (version < 1 || version > 3) throw new Error(`${name} is of version ${version} of .npy, not of 1, 2 or 3`);
  const width = version === 1 ? 2 : 4;
  const size = await read(width);
  const length = size.length < width ? NaN : size.readUIntLE(0, width);
  if (length > MAX_HEADER) throw new Error(`${name} has a header of ${length} bytes, more than ${MAX_HEADER}`);
  const text = length >= 0 ? (await read(length)).toString(version === 3 ? "utf8" : "latin1") : "";
  if (!text.endsWith("\n")) throw new Error(`${name} ends within its header`);
  return parseHeader(text, name);
}

function parseHeader(text: string, name: string): NpyHeader {
  const descr = /["']descr["']\s*:\s*(?:"([^"]*)"|'([^']*)'|(\[))/.exec(text);
  const order = /["']fortran_order["']\s*:\s*(True|False)\b/.exec(text);
  const shape = /["']shape["']\s*:\s*\(([\d\sL,]*)\)/.exec(text);
  if (descr === null || order === null || shape === null)
    throw new Error(`${name} has a header that can't be read: ${text.trim()}`);
  const sizes = shape[1]
    .split(",")
    .map((part) => part.replace("L", "").trim())
    .filter((part) => part !== "")
    .map(Number);
  const format = descr[1] ?? descr[2] ?? "fields";
  const [, endian, bytes] = /^([<>=|])f([248])$/.exec(format) ?? [];
  if (endian === undefined) {
    throw new Error(`${name} has elements of type ${format}, not float16, float32 or float64${adviceFor(format)}`);
  }
  if (sizes.some((size) => !Number.isSafeInteger(size)) || !Number.isSafeInteger(sizes.reduce((a, b) => a * b, 8))) {
    throw new Error(`${name} has a shape that is too large: (${shape[1]})`);
  }
  return {
    type: `float${8 * Number(bytes)}` as ElementType,
    isBigEndian: endian === ">" || (endian === "=" && endianness() === "BE"),
    isFortran: order[1] === "True",
    shape: sizes,
  };
}

/** What to write in Python to get floats of another type; nothing where there are none to get. */
function adviceFor(format: string): string {
  if (/^[<>=|]?c/.test(format)) return ": in Python save x.real or x.imag";
  return /^[<>=|]?[biuf?]\d*$/.test(format) ? ": in Python write x.astype(numpy.float32)" : "";
}

/** The header, of version 1, of an array of these elements, least byte first. */
export function writeHeader(type: ElementType | "int32", shape: readonly number[], isFortran: boolean): Buffer {
  const descr = type === "int32" ? "<i4" : `<f${elementBytes[type]}`;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': ${tuple}, }`;
  // What precedes the text takes 10 bytes; the elements begin at a multiple of 64.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const start = Buffer.from(`${MAGIC}\x01\x00\x00\x00`, "latin1");
  start.writeUInt16LE(length, 8);
  return Buffer.concat([start, Buffer.from(`${dictionary.padEnd(length - 1)}\n`, "latin1")]);
}
