/** Turns a row function's definition into a public function: checks, memory, and the order of the kernels' passes. */

import { checkNotFreed, instanceFor, isFew, mayBeFreed, type Place, placeOf, sharedInstance } from "./arena.js";
import {
  apartFrom,
  checkAlike,
  checkArray,
  checkFloats,
  checkOptions,
  describe,
  type FloatArray,
  isFloat32,
  isOverwritten,
  newLike,
  overlap,
  roundUp,
} from "./arrays.js";
import { activeScratch } from "./backend.js";
import { named } from "./elementwise.js";
import {
  BLOCK,
  CHUNK,
  copy,
  copyOut,
  FEW,
  type Instance,
  KernelPair,
  newFrom,
  PIECE,
  SCRATCH,
  type Scratch,
} from "./instance.js";
import {
  checkTakingPart,
  columnsOf,
  copyMask,
  fillLeftOut,
  type TakingPart,
  triangle,
  withoutLeftOut,
} from "./leftOut.js";
import { type Rows, rowsOf, startOf } from "./shape.js";

/** Options of every row function. */
export interface RowOptions<A = FloatArray> {
  /** The lengths of the axes, in C order; their product is the length of the array. Default: one axis, all of it. */
  readonly shape?: readonly number[] | undefined;
  /** The axis along which the rows lie; negative ones count from the end. Default: -1, the last. */
  readonly axis?: number | undefined;
  /** The array to write to, of the type and length of the result; may be an input itself. Default: a new array. */
  readonly out?: A | undefined;
}

/** Options of row functions that may leave elements out. */
export interface MaskedRowOptions<A = FloatArray> extends RowOptions<A> {
  /**
   * What takes part: 1 where an element does, 0 where it does not. Of the full shape, or of its last axes and then
   * repeated over the others. Default: all.
   */
  readonly mask?: Uint8Array | undefined;
  /**
   * Row i of a square, which the last two axes must make up, takes part with its first i + 1 elements, as in the
   * attention of a language model. Default: false.
   */
  readonly causal?: boolean | undefined;
}

/** Options of row functions of x / temperature. */
export interface TemperedRowOptions<A = FloatArray> extends MaskedRowOptions<A> {
  /** What the elements are divided by, from 1e-30 to 1e30; for a Float32Array rounded to float32. Default: 1. */
  readonly temperature?: number | undefined;
}

/** A function along rows that may leave elements out: x in, an array like x out; with its gradient. */
export interface MaskedRowWise {
  <A extends FloatArray>(x: A, options?: MaskedRowOptions<A>): A;
  /** The gradient of the loss with respect to x, from two arrays alike: the output y, and dy, that with respect to y. */
  readonly backward: <A extends FloatArray>(y: A, dy: A, options?: RowOptions<A>) => A;
  /** The row of the table. */
  readonly definition: RowDefinition;
}

/** The same of x / temperature. */
export interface TemperedRowWise {
  <A extends FloatArray>(x: A, options?: TemperedRowOptions<A>): A;
  /**
   * The gradient of the loss with respect to x, from two arrays alike: the output y, and dy, that with respect to y. It
   * needs the function's temperature, but not what was left out: y tells.
   */
  readonly backward: <A extends FloatArray>(y: A, dy: A, options?: TemperedRowOptions<A>) => A;
  /** The row of the table. */
  readonly definition: RowDefinition;
}

/** The formula on one row: elements `at`, `at + stride` … of the inputs; `row` is where a reduced result goes. */
export type RowFormula = (
  inputs: readonly FloatArray[],
  out: FloatArray,
  at: number,
  stride: number,
  columns: number,
  row: number,
  temperature: number,
) => void;

/** A pass over rows that are too long for the scratch memory (assembly/rows.ts), or side by side (columns.ts). */
export interface Pass {
  /** The name of its kernels less the type. */
  readonly kernel: string;
  /** Which arrays it takes: inputs by number, or the output as it stands. */
  readonly takes: readonly (0 | 1 | "out")[];
  /** Whether it writes the output. */
  readonly writes: boolean;
  /** What is called once all of the row has passed. */
  readonly then?: string;
  /** The pass is taken again as long as `then` gives 1. */
  readonly repeats?: boolean;
}

export interface RowDefinition {
  /** The name of the public function, for errors. */
  readonly name: string;
  /** The names of the inputs: x, or y and dy. */
  readonly inputs: readonly string[];
  /** The name of the kernels that take whole rows, less the type. */
  readonly kernel: string;
  /** Its passes have kernels for rows side by side too (assembly/columns.ts). */
  readonly columnwise?: boolean;
  /** One element a row comes out. */
  readonly reduces?: boolean;
  /** That element is a place in the row: an Int32Array comes out, and a row must have elements. */
  readonly index?: boolean;
  /** It takes a temperature. */
  readonly tempers?: boolean;
  /** It takes a mask: what elements give that are left out. */
  readonly leftOut?: number | undefined;
  /** Its kernels know of the triangle of causal attention; others have it as a mask. */
  readonly triangular?: boolean;
  /** It is another function of -x (or, if a gradient, of one). */
  readonly negates?: boolean;
  /** Up to so many columns of one row the formula takes less time than the kernels, and gives the same bits. */
  readonly few?: number;
  /** The largest error of a float32 result in units in the last place; gradients have no such bound. */
  readonly ulp?: number;
  readonly formula: RowFormula;
  /** What is called before the passes over a row. Default: "beginRow". */
  readonly begin?: string;
  readonly passes: readonly Pass[];
}

const NONE: TemperedRowOptions = {};

/** The kernels' argument for rows all of whose columns take part, instead of the number of a triangle's row. */
export const ALL = -1;

/** From this stride on, rows side by side are taken as they lie; nearer ones are gathered one by one. */
const WIDE = 16;

/** Bytes for what is known of the rows in a vector's lanes (assembly/columns.ts). */
const STATE = 288;

/** The most vectors of rows side by side of which as much fits the scratch memory. */
const VECTORS = Math.floor(PIECE / STATE);

/** What a call asks for beside the arrays. */
interface Wish extends TakingPart {
  readonly layout: Rows;
  readonly temperature: number;
  /** Whether the arrays are of float32. */
  readonly narrow: boolean;
  /** Whether the kernels don't take x as it is: some of it is left out by a mask, or it is negated. */
  readonly changes: boolean;
}

/** A gradient, as its function has it. */
export type RowGradient = (y: FloatArray, dy: FloatArray, options?: TemperedRowOptions) => FloatArray;

/** The public function of a row of the table, with its gradient. */
export function rowFunction<F extends MaskedRowWise>(definition: RowDefinition, backward: RowGradient): F {
  const value = new RowFunction(definition);
  const call = (x: FloatArray, options?: TemperedRowOptions) =>
    options === undefined ? value.applyTo(x) : value.apply([x], options);
  return Object.assign(named(definition.name, call), { backward, definition }) as unknown as F;
}

/** A function with a temperature, from its row of the table and its gradient's. */
export function tempered(definition: RowDefinition, gradient: RowDefinition): TemperedRowWise {
  const slope = new RowFunction(gradient);
  return rowFunction(definition, (y, dy, options) => slope.apply([y, dy], options));
}

/** What `RowFunction` reads of a definition. */
type CompleteRow = Required<Omit<RowDefinition, "leftOut" | "ulp">> & Pick<RowDefinition, "leftOut">;

/** A definition with its defaults. V8 finds what is in objects of this one shape at once; in others it looks for 50 ns. */
function complete(definition: RowDefinition): CompleteRow {
  const { name, inputs, kernel, leftOut, formula, passes } = definition;
  const { columnwise = false, reduces = false, index = false, tempers = false } = definition;
  const { triangular = false, negates = false, few = 0, begin = "beginRow" } = definition;
  return {
    name,
    inputs,
    kernel,
    columnwise,
    reduces,
    index,
    tempers,
    leftOut,
    triangular,
    negates,
    few,
    formula,
    begin,
    passes,
  };
}

const negation = /* @__PURE__ */ new KernelPair("negate");
const leavingOut = /* @__PURE__ */ new KernelPair("leaveOut");

/** A row function, or its gradient. */
export class RowFunction {
  readonly kernels: KernelPair;
  readonly definition: CompleteRow;

  constructor(definition: RowDefinition) {
    this.kernels = new KernelPair(definition.kernel);
    this.definition = complete(definition);
  }

  /** A new array from one input and no options. */
  applyTo(x: FloatArray): FloatArray {
    const { few, formula } = this.definition;
    const { length } = x;
    if (isFew(x, few)) {
      const result = new Float32Array(length);
      formula([x], result, 0, 1, length, 0, 1);
      return result;
    }
    const scratch = this.#takeShort(x);
    if (scratch === undefined) return this.apply([x], undefined);
    return isFloat32(x) ? newFrom(scratch.first32, length) : copyOut(scratch.first64, undefined, length);
  }

  /** The number that a function which reduces gives for one row. */
  reduce(x: FloatArray): number {
    const scratch = this.#takeShort(x);
    if (scratch === undefined) return this.apply([x], undefined)[0];
    if (this.definition.index) return scratch.firstInts[0];
    return isFloat32(x) ? scratch.first32[0] : scratch.first64[0];
  }

  /**
   * Takes one row by the short way, where nothing can be wrong: what comes out begins the first buffer of the scratch
   * memory that is returned. Undefined where that isn't sure.
   */
  #takeShort(x: FloatArray): Scratch | undefined {
    const scratch = activeScratch();
    if (scratch === null || this.definition.negates) return undefined;
    const { first, first32, first64 } = scratch;
    // Apart: V8 makes faster code where it knows the types.
    if (x instanceof Float32Array) {
      if (x.length === 0 || x.length > CHUNK / 4 || mayBeFreed(x)) return undefined;
      scratch.temper(1, true);
      this.kernels.of(scratch, true)(first, first, 1, setRow(first32, x), ALL);
    } else {
      if (!(x instanceof Float64Array) || x.length === 0 || x.length > CHUNK / 8 || mayBeFreed(x)) return undefined;
      scratch.temper(1, false);
      copy(x, 0, x.length, first64, 0);
      this.kernels.of(scratch, false)(first, first, 1, padRow(first64, x.length, BLOCK / 8), ALL);
    }
    return scratch;
  }

  /**
   * Contiguous rows of float32 by the short way: if they and `out`, which is returned, are arrays of one arena on the
   * running backend, and nothing else is asked for. Else it does nothing.
   */
  #takeInPlace(
    inputs: readonly FloatArray[],
    from: Place,
    out: FloatArray,
    options: TemperedRowOptions,
  ): FloatArray | undefined {
    const x = inputs[0];
    const { shape, axis, temperature, mask, causal } = options;
    const { name, index, negates, reduces } = this.definition;
    if (temperature !== undefined || mask !== undefined || causal !== undefined || negates) return undefined;
    if (!(x instanceof Float32Array) || x.length === 0) return undefined;
    if (!(out instanceof (index ? Int32Array : Float32Array))) return undefined;
    const to = placeOf(out);
    const { length } = x;
    const scratch = activeScratch();
    const instance = sharedInstance(scratch, from, to, 4 * length);
    if (instance === undefined) return undefined;
    let other: Place | undefined;
    if (inputs.length > 1) {
      const dy = inputs[1];
      if (!(dy instanceof Float32Array) || dy.length !== length) return undefined;
      other = placeOf(dy);
      if (sharedInstance(scratch, other, to, 4 * length) === undefined) return undefined;
    }
    const { rows, columns, stride } = rowsOf(name, length, shape, axis);
    if (stride !== 1 || out.length !== (reduces ? rows : length)) return undefined;
    instance.temper(1, true);
    const kernel = this.kernels.of(instance, true);
    if (other === undefined) kernel(from.address, to!.address, rows, columns, ALL);
    else kernel(from.address, other.address, to!.address, rows, columns);
    return out;
  }

  /** Checks the arguments and computes, by the way that suits the arrays. */
  apply(inputs: FloatArray[], options: TemperedRowOptions | undefined): FloatArray {
    const { name, inputs: names, reduces, index, few, leftOut } = this.definition;
    const x = inputs[0];
    const out = options?.out;
    const place = out ? placeOf(x) : undefined;
    if (place !== undefined) {
      const taken = this.#takeInPlace(inputs, place, out!, options!);
      if (taken !== undefined) return taken;
    }
    checkFloats(name, names[0], x);
    for (let i = 1; i < inputs.length; i++) checkAlike(name, names[i], inputs[i], x);
    checkOptions(name, options);
    const wish = this.#wish(x, options);
    const { layout, mask } = wish;
    if (index && layout.columns === 0) throw new RangeError(`${name}: the axis must have elements, not 0`);
    const length = reduces ? layout.rows : x.length;
    if (out !== undefined && index) checkArray(name, "out", out, "Int32Array", length);
    else if (out !== undefined) checkAlike(name, "out", out, x, length);
    const scratch = activeScratch();
    const instance = instanceFor(name, scratch, inputs[0], inputs[1], out);
    if (length === 0) return out ?? this.#newResult(x, 0);
    const byFormula =
      scratch === null || layout.columns === 0 || (x.length <= few && layout.rows === 1 && !wish.changes);
    const inPlace = !byFormula && instance !== undefined && out !== undefined && this.#suits(inputs, out, wish);
    if (!byFormula && !inPlace && layout.stride === 1 && x.length * (wish.narrow ? 4 : 8) <= CHUNK) {
      return this.#runBatch(scratch, inputs, out, wish, length);
    }
    // The mask is read while `out` is written, and once more behind that.
    const apart = mask && out && overlap(mask, out) ? { ...wish, mask: mask.slice() } : wish;
    let result: FloatArray;
    if (byFormula) result = this.#runFormula(inputs, out, apart, length);
    else if (inPlace) result = this.#runInPlace(instance, inputs, out, apart);
    else result = this.#runCopied(scratch, inputs, out, apart, length);
    if (apart.mask !== undefined && !reduces) fillLeftOut(result, layout, apart.mask, leftOut!);
    return result;
  }

  /** The options, checked. A gradient takes none of `mask` and `causal`: the output tells what was left out. */
  #wish(x: FloatArray, options: TemperedRowOptions | undefined): Wish {
    const { name, inputs, tempers, leftOut, negates } = this.definition;
    const { shape, axis, mask, causal, temperature: given } = options ?? NONE;
    const layout = rowsOf(name, x.length, shape, axis);
    let temperature = tempers && given !== undefined ? given : 1;
    if (typeof temperature !== "number") {
      throw new TypeError(`${name}: temperature must be a number, not ${describe(temperature)}`);
    }
    if (!(temperature >= 1e-30 && temperature <= 1e30)) {
      throw new RangeError(`${name}: temperature must be from 1e-30 to 1e30, not ${temperature}`);
    }
    const narrow = isFloat32(x);
    if (narrow) temperature = Math.fround(temperature);
    const negated = negates && inputs.length === 1;
    if (negates && !negated) temperature = -temperature;
    if (leftOut === undefined || (mask === undefined && causal === undefined)) {
      return { layout, temperature, narrow, mask: undefined, causal: false, changes: negated };
    }
    checkTakingPart(name, x.length, layout, mask, causal, shape);
    checkNotFreed(name, mask);
    const masksTriangle = causal === true && !this.definition.triangular;
    const all = masksTriangle ? triangle(layout.columns, mask) : mask;
    const changes = negated || all !== undefined;
    return { layout, temperature, narrow, mask: all, causal: causal === true && !masksTriangle, changes };
  }

  /** Whether rows side by side can be taken as they lie. */
  #isWide({ layout }: Wish): boolean {
    return this.definition.columnwise && layout.stride >= WIDE;
  }

  /** Whether the kernels may write to `out` while they read the inputs; what they don't take as it is, is changed there. */
  #suits(inputs: FloatArray[], out: FloatArray, wish: Wish): boolean {
    const { stride } = wish.layout;
    const aligned = (stride * (wish.narrow ? 4 : 8)) % 16 === 0;
    if (stride !== 1 && !(this.#isWide(wish) && aligned)) return false;
    if (wish.changes && this.definition.reduces) return false;
    for (let i = 0; i < inputs.length; i++) if (isOverwritten(inputs[i], out)) return false;
    return true;
  }

  /** The inputs, copied where they would be overwritten. */
  #apart(inputs: FloatArray[], out: FloatArray | undefined): FloatArray[] {
    return out === undefined ? inputs : inputs.map((input) => apartFrom(input, out));
  }

  #newResult(x: FloatArray, length: number): FloatArray {
    return this.definition.index ? (new Int32Array(length) as never) : newLike(x, length);
  }

  #runFormula(inputs: FloatArray[], given: FloatArray | undefined, wish: Wish, length: number): FloatArray {
    const { formula, leftOut, reduces } = this.definition;
    const { layout, temperature } = wish;
    inputs = this.#apart(inputs, given);
    const out = given ?? this.#newResult(inputs[0], length);
    if (wish.causal || wish.changes) {
      inputs = [withoutLeftOut(inputs[0], layout, wish, this.definition.negates ? -1 : 1)];
    }
    for (let row = 0; row < layout.rows; row++) {
      const start = startOf(layout, row);
      formula(inputs, out, start, layout.stride, layout.columns, row, temperature);
      // Also in a row with NaN.
      if (wish.causal && !reduces) out.fill(leftOut!, start + columnsOf(layout, wish, row), start + layout.columns);
    }
    return out;
  }

  /** On arrays that lie in the memory of one instance. */
  #runInPlace(instance: Instance, inputs: FloatArray[], out: FloatArray, wish: Wish): FloatArray {
    const { layout, mask, causal, temperature, narrow } = wish;
    const { rows, columns, stride } = layout;
    const bytes = narrow ? 4 : 8;
    instance.temper(temperature, narrow);
    const addresses = inputs.map((input) => input.byteOffset);
    if (wish.changes) {
      const { work, workBytes } = instance;
      for (let at = 0; at < out.length; at += CHUNK) {
        const n = Math.min(CHUNK, out.length - at);
        if (mask !== undefined) copyMask(mask, at, 1, n, workBytes, 0);
        this.#change(instance, wish, addresses[0] + at * bytes, work, out.byteOffset + at * bytes, n);
      }
      addresses[0] = out.byteOffset;
    }
    if (stride === 1) {
      const kernel = this.kernels.of(instance, narrow);
      if (addresses.length === 1) kernel(addresses[0], out.byteOffset, rows, columns, causal ? 0 : ALL);
      else kernel(addresses[0], addresses[1], out.byteOffset, rows, columns);
      return out;
    }
    const lanes = 16 / bytes;
    const width = Math.floor(CHUNK / (STATE + 16)) * lanes;
    for (let block = 0; block < rows; block += stride) {
      for (let at = 0; at < stride; at += width) {
        const start = (block * columns + at) * bytes;
        const vectors = Math.min(width, stride - at) / lanes;
        const states = instance.work;
        const result = this.definition.reduces ? out.byteOffset + (block + at) * bytes : states + vectors * STATE;
        const sources = addresses.map((address) => address + start);
        this.#runColumns(instance, states, vectors, result, narrow, (pass) => {
          pass(sources, out.byteOffset + start, columns, stride * bytes);
        });
      }
    }
    return out;
  }

  /** The passes over rows side by side: `forChunks` has each take the columns, and a vector of results goes to `result`. */
  #runColumns(
    { kernels }: Instance,
    states: number,
    vectors: number,
    result: number,
    narrow: boolean,
    forChunks: (
      run: (sources: readonly number[], dst: number, columns: number, stride: number) => void,
      pass: Pass,
      index: number,
    ) => void,
  ): void {
    const type = narrow ? "f32" : "f64";
    kernels[`beginColumns_${type}`](states, vectors);
    this.definition.passes.forEach((pass, index) => {
      const kernel = kernels[`${pass.kernel}Columns_${type}`];
      const run = (sources: readonly number[], dst: number, columns: number, stride: number) => {
        const addresses = pass.takes.map((source) => (source === "out" ? dst : sources[source]));
        if (pass.writes) addresses.push(dst);
        kernel(states, ...addresses, columns, stride, vectors);
      };
      forChunks(run, pass, index);
      if (pass.then !== undefined) kernels[`${pass.then}Columns_${type}`](states, result, vectors);
    });
  }

  /** Leaves out what the mask's bytes at an address say, and negates. */
  #change(instance: Instance, { mask, narrow }: Wish, x: number, maskAddress: number, out: number, n: number): void {
    if (this.definition.negates) {
      negation.of(instance, narrow)(x, out, n);
      x = out;
    }
    if (mask !== undefined) leavingOut.of(instance, narrow)(x, maskAddress, out, n);
  }

  /** On any arrays, through the scratch memory. Gives `out`, or a new array of `length` elements. */
  #runCopied(
    scratch: Scratch,
    givenInputs: FloatArray[],
    out: FloatArray | undefined,
    wish: Wish,
    length: number,
  ): FloatArray {
    const { rows, columns } = wish.layout;
    const inputs = this.#apart(givenInputs, out);
    const result = out ?? this.#newResult(inputs[0], length);
    scratch.temper(wish.temperature, wish.narrow);
    if (this.#isWide(wish)) this.#runSideBySide(scratch, inputs, result, wish);
    else if (columns * (wish.narrow ? 4 : 8) <= SCRATCH) this.#runBatches(scratch, inputs, result, wish);
    else for (let row = 0; row < rows; row++) this.#runPasses(scratch, inputs, result, wish, row);
    return result;
  }

  /** Contiguous rows, all at once, so that they are read before anything is written. Gives the same. */
  #runBatch(
    scratch: Scratch,
    inputs: FloatArray[],
    out: FloatArray | undefined,
    wish: Wish,
    length: number,
  ): FloatArray {
    const { reduces, leftOut } = this.definition;
    const { layout, mask, narrow, temperature } = wish;
    const results = this.#results(scratch, narrow);
    scratch.temper(temperature, narrow);
    this.#takeBatch(scratch, inputs, wish, 0, layout.rows);
    if (mask !== undefined && !reduces) fillLeftOut(results, layout, mask, leftOut!);
    return copyOut(results, out, length);
  }

  /** As many whole rows at once as suit the cache. */
  #runBatches(scratch: Scratch, inputs: FloatArray[], out: FloatArray, wish: Wish): void {
    const { layout, narrow } = wish;
    const { rows, columns } = layout;
    const results = this.#results(scratch, narrow);
    const perBatch = Math.max(1, Math.floor(CHUNK / (columns * (narrow ? 4 : 8))));
    for (let row = 0; row < rows; row += perBatch) {
      const count = Math.min(perBatch, rows - row);
      this.#takeBatch(scratch, inputs, wish, row, count);
      if (this.definition.reduces) copy(results, 0, count, out, row);
      else scatterRows(results, layout, row, count, out);
    }
  }

  /** What comes out of rows in the scratch memory. */
  #results(scratch: Scratch, narrow: boolean): FloatArray {
    return this.definition.index ? (scratch.firstInts as never) : scratch.buffers(narrow)[0];
  }

  /** Whole rows, contiguous in the scratch memory, at the beginning of which they leave what comes out. */
  #takeBatch(scratch: Scratch, inputs: FloatArray[], wish: Wish, row: number, count: number): void {
    const { layout, mask, causal, narrow } = wish;
    const { columns } = layout;
    const { first, second } = scratch;
    const views = scratch.buffers(narrow);
    const view = views[0];
    const kernel = this.kernels.of(scratch, narrow);
    gatherRows(inputs[0], layout, row, count, view);
    if (inputs.length > 1) {
      gatherRows(inputs[1], layout, row, count, views[1]);
      kernel(first, second, first, count, columns);
      return;
    }
    if (wish.changes) {
      if (mask !== undefined) gatherMask(mask, layout, row, count, scratch.secondBytes);
      this.#change(scratch, wish, first, second, first, count * columns);
    }
    const padded = count === 1 && !causal ? padRow(view, columns, BLOCK / (narrow ? 4 : 8)) : columns;
    kernel(first, first, count, padded, causal ? row % columns : ALL);
  }

  /** Rows side by side, by passes: each streams as many columns at a time as fit the scratch memory. */
  #runSideBySide(scratch: Scratch, inputs: FloatArray[], out: FloatArray, wish: Wish): void {
    const { rows, columns, stride } = wish.layout;
    const { mask, narrow, changes } = wish;
    const { reduces } = this.definition;
    const bytes = narrow ? 4 : 8;
    const lanes = 16 / bytes;
    const views = scratch.buffers(narrow);
    const sources = [scratch.first, scratch.second];
    const width = Math.min(stride, VECTORS * lanes);
    // Whole vectors; what lies beyond the rows doesn't matter.
    const padded = roundUp(width, lanes);
    // All columns, or what stays in the second cache: whole blocks of them, as the sums need them.
    const perBlock = BLOCK / bytes;
    const fits = columns * padded * bytes <= SCRATCH;
    const perChunk = fits ? columns : Math.floor(PIECE / (padded * bytes * perBlock)) * perBlock;
    for (let block = 0; block < rows; block += stride) {
      for (let from = 0; from < stride; from += width) {
        const start = block * columns + from;
        const n = Math.min(width, stride - from);
        const vectors = Math.ceil(n / lanes);
        // Calls back for each column, or for all where they lie as they do in the scratch memory.
        const forColumns = (first: number, count: number, copy: (start: number, n: number, at: number) => void) => {
          if (n === stride && n === padded) copy(start + first * stride, count * stride, 0);
          else for (let i = 0; i < count; i++) copy(start + (first + i) * stride, n, i * padded);
        };
        this.#runColumns(scratch, scratch.states, vectors, scratch.second, narrow, (run, { takes, writes }, index) => {
          for (let first = 0; first < columns; first += perChunk) {
            const count = Math.min(perChunk, columns - first);
            // All of it may be there from the pass before.
            if (index === 0 || columns > perChunk) {
              forColumns(first, count, (place, length, at) => {
                takes.forEach((source, i) => {
                  gather(source === "out" ? out : inputs[source], place, 1, length, views[i], at);
                });
                if (mask !== undefined) copyMask(mask, place, 1, length, scratch.secondBytes, at);
              });
              if (changes && takes[0] === 0) {
                this.#change(scratch, wish, scratch.first, scratch.second, scratch.first, count * padded);
              }
            }
            run(sources, scratch.first, count, padded * bytes);
            if (writes && (columns > perChunk || index === this.definition.passes.length - 1)) {
              forColumns(first, count, (place, length, at) => scatter(views[0], at, length, out, place, 1));
            }
          }
        });
        if (reduces) scatter(views[1], 0, n, out, block + from, 1);
      }
    }
  }

  /** A row that is longer than the scratch memory: each pass streams it through, in the pieces that it is summed in. */
  #runPasses(scratch: Scratch, inputs: FloatArray[], out: FloatArray, wish: Wish, row: number): void {
    const { layout, mask, narrow, changes } = wish;
    const { stride } = layout;
    const { begin, passes, reduces, leftOut = 0 } = this.definition;
    const { kernels } = scratch;
    const type = narrow ? "f32" : "f64";
    const views = scratch.buffers(narrow);
    const start = startOf(layout, row);
    const columns = columnsOf(layout, wish, row);
    const perPiece = PIECE / (narrow ? 4 : 8);
    kernels[begin]();
    for (let number = 0; number < passes.length; number++) {
      const { kernel, takes, writes, then, repeats } = passes[number];
      const pass = kernels[`${kernel}_${type}`];
      const addresses = [scratch.first, scratch.second].slice(0, takes.length);
      if (writes) addresses.push(scratch.first);
      for (let at = 0; at < columns; at += perPiece) {
        const n = Math.min(perPiece, columns - at);
        const from = start + at * stride;
        takes.forEach((source, i) => {
          gather(source === "out" ? out : inputs[source], from, stride, n, views[i], 0);
          if (!changes || source !== 0) return;
          if (mask !== undefined) copyMask(mask, from, stride, n, scratch.secondBytes, 0);
          this.#change(scratch, wish, scratch.first, scratch.second, scratch.first, n);
        });
        pass(...addresses, n);
        if (writes) scatter(views[0], 0, n, out, from, stride);
      }
      const result = then === undefined ? undefined : kernels[`${then}_${type}`]();
      if (repeats && result === 1) number--;
      if (reduces && result !== undefined) out[row] = result;
    }
    if (!reduces) for (let i = columns; i < layout.columns; i++) out[start + i * stride] = leftOut;
  }
}

/** Copies a row to the scratch memory, and gives the columns that it then has. */
export function setRow(view: Float32Array, x: Float32Array): number {
  const columns = x.length;
  if (columns > FEW) view.set(x);
  else for (let i = 0; i < columns; i++) view[i] = x[i];
  return padRow(view, columns, BLOCK / 4);
}

/**
 * Fills up a row of few columns to a whole block, if it is shorter, with what adds nothing, which spares the kernel doing
 * so, and gives the columns that it then has.
 */
function padRow(view: FloatArray, columns: number, perBlock: number): number {
  if (columns > FEW) return columns;
  for (let i = columns; i < perBlock; i++) view[i] = -Infinity;
  return Math.max(columns, perBlock);
}

/** Copies whole rows to the beginning of a view. */
export function gatherRows(from: FloatArray, layout: Rows, row: number, count: number, to: FloatArray): void {
  const { columns, stride } = layout;
  if (stride === 1) copy(from, row * columns, count * columns, to, 0);
  else for (let r = 0; r < count; r++) gather(from, startOf(layout, row + r), stride, columns, to, r * columns);
}

/** The reverse of `gatherRows`. */
export function scatterRows(from: FloatArray, layout: Rows, row: number, count: number, to: FloatArray): void {
  const { columns, stride } = layout;
  if (stride === 1) copy(from, 0, count * columns, to, row * columns);
  else for (let r = 0; r < count; r++) scatter(from, r * columns, columns, to, startOf(layout, row + r), stride);
}

/** The same of what takes part in them. */
function gatherMask(mask: Uint8Array, layout: Rows, row: number, count: number, to: Uint8Array): void {
  const { columns, stride } = layout;
  if (stride === 1) copyMask(mask, row * columns, 1, count * columns, to, 0);
  else for (let r = 0; r < count; r++) copyMask(mask, startOf(layout, row + r), stride, columns, to, r * columns);
}

/** to[at + i] = from[start + i·stride] */
export function gather(from: FloatArray, start: number, stride: number, n: number, to: FloatArray, at: number): void {
  if (stride === 1) copy(from, start, n, to, at);
  else for (let i = 0; i < n; i++) to[at + i] = from[start + i * stride];
}

/** to[start + i·stride] = from[at + i] */
export function scatter(
  from: FloatArray | Int32Array,
  at: number,
  n: number,
  to: FloatArray,
  start: number,
  stride: number,
): void {
  if (stride === 1) copy(from, at, n, to, start);
  else for (let i = 0; i < n; i++) to[start + i * stride] = from[at + i];
}
