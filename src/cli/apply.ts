/** `lanewise apply`: a function of an array in a file, piece by piece, so that the file may be larger than memory. */

import { bytesOf, Elements } from "./elements.js";
import { UsageError } from "./errors.js";
import {
  checkRaw,
  elementBytes,
  type ElementType,
  MAGIC_BYTES,
  type NpyHeader,
  readHeader,
  writeHeader,
} from "./npy.js";
import { PIECE_BYTES, type Plan, planOf, product } from "./plan.js";
import { showProgress } from "./progress.js";
import { asUsageError } from "./options.js";
import { openSink, openSource, peek, type Sink, type Source } from "./streams.js";
import type { Target } from "./targets.js";

/** What the command line says of it. */
export interface ApplyRequest {
  readonly target: Target;
  readonly input: string;
  readonly output: string;
  /** The options of the function itself. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly axis: number | undefined;
  /** The type of numbers without a header. */
  readonly dtype: ElementType | undefined;
  readonly shape: readonly number[] | undefined;
}

/** Applies a function to a file. */
export async function apply(request: ApplyRequest): Promise<void> {
  const opened = await openSource(request.input);
  try {
    const source = request.dtype === undefined ? opened : await rawSource(opened, request.shape);
    const header = await headerOf(request, source);
    const plan = planOf(request.target, {
      ...request,
      shape: header.shape,
      causal: request.options.causal === true,
      isFortran: header.isFortran,
      elementBytes: elementBytes[header.type],
      isStream: source.size === undefined,
    });
    const call = callOf(request, plan);
    // What is wrong with the options shows before anything is written.
    if (request.target.kind === "elementwise") call(new Float32Array(0), 0);
    const sink = await openSink(request.output);
    try {
      if (hasHeader(request)) await sink.write(resultHeader(request, header, plan));
      await copyThrough(source, sink, header, plan, call);
      await source.close();
      await sink.finish();
    } catch (error) {
      sink.abort();
      throw error;
    }
  } finally {
    await opened.close();
  }
}

/** The same source, once its first bytes have been found to be no header; only of a shape without elements may it be empty. */
async function rawSource(source: Source, shape: readonly number[] | undefined): Promise<Source> {
  if (shape !== undefined && product(shape) === 0) return source;
  const { start, whole } = await peek(source, MAGIC_BYTES);
  checkRaw(start, source.name);
  return whole;
}

type Header = Omit<NpyHeader, "shape"> & { readonly shape: readonly number[] | undefined };

/** The header of the input, or what the options say in its place. */
async function headerOf({ dtype, shape, output, target }: ApplyRequest, source: Source): Promise<Header> {
  if (dtype === undefined) {
    if (shape !== undefined) throw new UsageError("--shape is for numbers without a header: write --dtype too");
    return await readHeader(async (count) => {
      const bytes = Buffer.alloc(count);
      return bytes.subarray(0, await source.read(bytes));
    }, source.name);
  }
  const { size } = source;
  const known = size === undefined ? undefined : size / elementBytes[dtype];
  if (known !== undefined && !Number.isInteger(known)) {
    throw new Error(`${source.name} has ${size} bytes, which are no whole number of ${dtype}s`);
  }
  if (shape !== undefined && known !== undefined && product(shape) !== known) {
    throw new UsageError(`--shape ${shape.join(" ")} has ${product(shape)} elements, but ${source.name} has ${known}`);
  }
  const sizes = shape ?? (known === undefined ? undefined : [known]);
  if (sizes === undefined && (target.kind !== "elementwise" || output.endsWith(".npy"))) {
    throw new UsageError("nobody knows how long standard input is: write --shape too");
  }
  return { type: dtype, isBigEndian: false, isFortran: false, shape: sizes };
}

/** Whether the output is a .npy file: if the input is one, or by its name. */
function hasHeader({ dtype, output }: ApplyRequest): boolean {
  return dtype === undefined || output.endsWith(".npy");
}

function resultHeader({ target }: ApplyRequest, { type, isFortran }: Header, { result }: Plan): Buffer {
  const isIndex = target.kind === "rows" && target.definition.index === true;
  return writeHeader(isIndex ? "int32" : type, result!, isFortran);
}

type PieceCall = (x: Float32Array | Float64Array, units: number) => ReturnType<Target["call"]>;

/** The function of a piece that has so many units. */
function callOf({ target, options }: ApplyRequest, { unit, axis }: Plan): PieceCall {
  return (x, units) => {
    const place = target.kind === "elementwise" ? { out: x } : { shape: [units, ...unit], axis: 1 + axis! };
    try {
      return target.call(x, { ...options, ...place });
    } catch (error) {
      throw asUsageError(error, options);
    }
  };
}

async function copyThrough(
  source: Source,
  sink: Sink,
  { type, isBigEndian }: Header,
  plan: Plan,
  call: PieceCall,
): Promise<void> {
  const { count = Infinity } = plan;
  const length = product(plan.unit);
  const width = elementBytes[type];
  if (length === 0 || count === 0) {
    // Rows without elements, or no rows: what is wrong with the options shows all the same.
    await sink.write(bytesOf(call(new Elements(type, isBigEndian, 0).load(0), count), type));
    return;
  }
  const perPiece = Math.min(count, Math.max(1, Math.floor(PIECE_BYTES / (length * width))));
  const piece = new Elements(type, isBigEndian, perPiece * length);
  const progress = showProgress(Number.isFinite(count) ? count * length * width : undefined);
  try {
    for (let done = 0; done < count;) {
      const wanted = Math.min(perPiece, count - done);
      const bytes = await source.read(piece.bytes.subarray(0, wanted * length * width));
      const units = bytes / (length * width);
      const isEnd = count === Infinity && units < wanted;
      if (!Number.isInteger(isEnd ? bytes / width : units) || (!isEnd && units < wanted)) {
        const read = Math.floor((done * length * width + bytes) / width);
        throw new Error(
          count === Infinity
            ? `${source.name} ends within a number, after ${read} of type ${type}`
            : `${source.name} ends too early: after ${read} of ${count * length} elements`,
        );
      }
      if (units > 0) await sink.write(bytesOf(call(piece.load(units * length), units), type));
      progress.add(bytes);
      if (isEnd) return;
      done += units;
    }
  } finally {
    progress.stop();
  }
  if ((await source.read(new Uint8Array(1))) > 0) {
    throw new Error(`${source.name} goes on after the ${count * length} elements of its shape`);
  }
}
