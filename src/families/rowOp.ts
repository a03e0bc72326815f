/** A function over rows: its calls, as the driver of rows runs them. */

import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import { type DType, type FloatArray, isFloat32 } from "../args/dtype.js";
import { fillArray } from "../args/engine.js";
import { checkInt32Indices, newIndices } from "../args/indices.js";
import { copyMask, fillMasked, maskedCopy, type Masks, readMasks, triangleMask, validLength } from "../args/mask.js";
import { MORE, type OptionList, readOptions, readOut } from "../args/options.js";
import { readShape, type Rows, rowsOf, startOf } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS, type Spellings } from "../args/spellings.js";
import { copy, copyIfOverwritten, firstOf, newArray, overlap } from "../exec/copy.js";
import type { RowCall, RowPass } from "../exec/rows/call.js";
import { runRows } from "../exec/rows/driver.js";
import { ALL, fastResident, fastRow, isOutput, reduceRow } from "../exec/rows/fast.js";
import { scatterRows } from "../exec/rows/gather.js";
import { maskModule } from "../generated/modules/mask.js";
import { checkNotFreed, mayBeFreed } from "../runtime/placements.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { compareAnswers, type KernelPair, kernelPair } from "../runtime/kernels.js";
import type { RowDefinition, RowFormula } from "./rows.js";
import { rowViews } from "../runtime/views.js";

const negate = /* @__PURE__ */ kernelPair(maskModule, "mask_negate");
const fillMask = /* @__PURE__ */ kernelPair(maskModule, "maskedFill");

/** The options of functions over rows, in the order in which `RowOp` takes them. */
const OPTIONS = ["out", "shape", "axis", "temperature", "mask", "causal", "maskShape"];

const INDEX_ADVICE = "a call without options, on one row, gives the index as a number";

const MASK_ADVICE = "the output y has zeros (-Infinity of logSoftmax) where elements were masked";

const GRADIENT_SPELLINGS: Spellings = {
  ...ROW_SPELLINGS,
  mask: MASK_ADVICE,
  causal: MASK_ADVICE,
  attnmask: MASK_ADVICE,
};

const KNOWN_ROW = [0.25, 3, 4];
const KNOWN_GRADIENT = [1, -2, 0.5];

/** A function over rows, or its gradient. */
export class RowOp {
  /** For whole rows. */
  readonly kernels: KernelPair;
  readonly begin: KernelPair;
  readonly beginColumns: KernelPair | undefined;
  readonly passes: readonly RowPass[];
  readonly #options: OptionList;
  readonly definition: RowDefinition;
  readonly name: string;
  readonly reduces: boolean;
  readonly index: boolean;
  readonly negate: KernelPair | undefined;
  readonly maxScalarLength: number;
  readonly formula: RowFormula;
  #gradient: RowOp | undefined;

  /** @param gradient the definition of its gradient, if that is computed from the output */
  constructor(
    definition: RowDefinition,
    private readonly gradient?: RowDefinition,
  ) {
    this.definition = definition;
    const { name, module, begin, beginColumns, formula } = definition;
    const { reduces = false, index = false, negates = false, maxScalarLength = 0 } = definition;
    const pair = (kernel: string | undefined) => (kernel === undefined ? undefined : kernelPair(module, kernel));
    this.kernels = kernelPair(module, definition.kernel, (kernel, scratch, dtype) =>
      this.#check(kernel, scratch, dtype),
    );
    this.begin = pair(begin)!;
    this.beginColumns = pair(beginColumns);
    this.passes = definition.passes.map((pass) => ({
      kernel: pair(pass.kernel)!,
      columns: pair(pass.columns),
      reads: pass.reads,
      writes: pass.writes,
      finish: pair(pass.finish),
      finishColumns: pair(pass.finishColumns),
      repeats: pass.repeats,
      optional: pass.optional,
    }));
    const { hasTemperature, maskedFill } = definition;
    const has = (i: number) => i < 3 || (i === 3 ? hasTemperature : maskedFill !== undefined);
    this.#options = {
      names: OPTIONS.map((name, i) => (has(i) ? name : undefined)),
      insteadOf: insteadBy(definition.inputs.length > 1 ? GRADIENT_SPELLINGS : ROW_SPELLINGS),
    };
    // Copies in an object of one shape: V8 looks 50 ns for what is in objects of many shapes.
    this.name = name;
    this.reduces = reduces;
    this.index = index;
    this.negate = negates ? negate : undefined;
    this.maxScalarLength = maxScalarLength;
    this.formula = formula;
  }

  /** The function of one input: a number where it reduces and there are no options. */
  apply(x: unknown, options: unknown): FloatArray | number {
    if (options === undefined && this.reduces) return this.reduce(x);
    const out = options === undefined ? undefined : readOut(this.name, options);
    if (isFloat32(x)) {
      const result = this.reduces ? this.#reduceTo(x, out) : fastRow(this, x, out);
      if (result !== undefined) return result;
    }
    return this.#applyGiven([x], out === MORE ? this.readOptions(options) : [out]);
  }

  /** Its gradient. */
  applyBackward(y: unknown, dy: unknown, options: unknown): FloatArray {
    this.#gradient ??= new RowOp(this.gradient!);
    return this.#gradient.#applyGiven([y, dy], this.#gradient.readOptions(options));
  }

  /** With options that have been read: where the arrays lie, if they lie in an arena. */
  #applyGiven(inputs: readonly unknown[], given: readonly unknown[]): FloatArray {
    const out = given[0];
    if (
      out !== undefined &&
      this.negate === undefined &&
      given[3] === undefined &&
      given[4] === undefined &&
      given[5] === undefined &&
      given[6] === undefined
    ) {
      const { index, kernels, name, reduces } = this;
      const result = fastResident(name, kernels, inputs, out, given[1] as readonly number[], given[2], reduces, index);
      if (result !== undefined) return result as FloatArray;
    }
    return this.applyRead(inputs, given);
  }

  /** The number that a function which reduces gives for one row. */
  reduce(x: unknown): number {
    const scratch = reduceRow(this.kernels, x);
    if (scratch === undefined) return this.applyRead([x], [], true)[0];
    if (this.index) return rowViews(scratch).firstInts[0];
    return isFloat32(x) ? scratch.first32[0] : scratch.first64[0];
  }

  /** The number for one row as the one element of `out`; undefined where there is no fast path. */
  #reduceTo(x: Float32Array, out: unknown): FloatArray | undefined {
    if (!isOutput(out, this.index) || out.length !== 1 || mayBeFreed(out)) return undefined;
    out[0] = this.reduce(x);
    return out as FloatArray;
  }

  /** The values of the options, in the order in which `applyRead` takes them. */
  readOptions(options: unknown): unknown[] {
    const given = readOptions(this.name, this.#options, options);
    given[1] = readShape(this.name, given[1]);
    given[6] = readShape(this.name, given[6], "maskShape");
    return given;
  }

  /**
   * With options that have been read.
   *
   * @param asNumber whether the result is an array of one number, which holds any index
   */
  applyRead(inputs: readonly unknown[], given: readonly unknown[], asNumber = false): FloatArray {
    const { name, index, reduces } = this;
    const names = this.definition.inputs;
    const out = given[0];
    const dtype = checkFloats(name, names[0], inputs[0]);
    const x = inputs[0] as FloatArray;
    for (let i = 1; i < inputs.length; i++) checkArray(name, names[i], inputs[i], dtype.arrayName, x.length);
    const settings = this.#settings(x, dtype, given);
    const { layout } = settings;
    if (index && layout.columns === 0) throw new RangeError(`${name}: the axis must have elements, not 0`);
    if (index && !asNumber) checkInt32Indices(name, "the axis", layout.columns, INDEX_ADVICE);
    const length = reduces ? layout.rows : x.length;
    if (out !== undefined) checkArray(name, "out", out, index ? "Int32Array" : dtype.arrayName, length);
    const array = out as FloatArray | undefined;
    if (settings.mask !== undefined && array !== undefined && overlap(settings.mask, array)) {
      // It is read while `out` is written.
      settings.mask = new Uint8Array(settings.mask);
    }
    const call = new RowOpCall(this, dtype, settings, inputs as readonly FloatArray[], array, length);
    runRows(call, x.length <= this.maxScalarLength && layout.rows === 1 && !settings.changes);
    const result = call.target();
    if (settings.mask !== undefined && !reduces) {
      fillMasked(result, layout, settings.mask, this.definition.maskedFill!);
    }
    return result;
  }

  #settings(x: FloatArray, dtype: DType, given: readonly unknown[]): RowSettings {
    const { name } = this;
    const { inputs, maskedFill, hasCausalKernel, negates = false } = this.definition;
    const shape = given[1] as readonly number[] | undefined;
    const mask = given[4];
    const causal = given[5];
    const temperatureGiven = given[3] === undefined ? 1 : given[3];
    const layout = rowsOf(name, x.length, shape, given[2]);
    if (typeof temperatureGiven !== "number") throw mustBe(name, "temperature", "a number", temperatureGiven);
    if (!(temperatureGiven >= 1e-30 && temperatureGiven <= 1e30)) {
      const instead = temperatureGiven === 0 ? ": for 0 use hardmax" : "";
      throw new RangeError(`${name}: temperature must be from 1e-30 to 1e30, not ${temperatureGiven}${instead}`);
    }
    const isGradient = inputs.length > 1;
    const negated = negates && !isGradient;
    const temperature = dtype.round(negates && isGradient ? -temperatureGiven : temperatureGiven);
    if (maskedFill === undefined || (mask === undefined && causal === undefined && given[6] === undefined)) {
      return { layout, temperature, mask: undefined, causal: false, changes: negated };
    }
    const maskShape = given[6] as readonly number[] | undefined;
    const bytes = readMasks(name, x.length, layout, mask, causal, shape, maskShape);
    checkNotFreed(name, mask as Uint8Array | undefined);
    const masksTriangle = causal === true && !hasCausalKernel;
    const all = masksTriangle ? triangleMask(layout.columns, bytes) : bytes;
    return {
      layout,
      temperature,
      mask: all,
      causal: causal === true && !masksTriangle,
      changes: negated || all !== undefined,
    };
  }

  /** Whether the kernel for whole rows gives what the formula does. */
  #check(kernel: Kernel, scratch: Scratch, dtype: DType): string | undefined {
    const { first, second } = scratch;
    const isGradient = this.definition.inputs.length > 1;
    const columns = KNOWN_ROW.length;
    // A gradient takes an output, whose elements are at most 1 here.
    const row = isGradient ? KNOWN_ROW.map((x) => x / 8) : KNOWN_ROW;
    const wanted = new Float64Array(this.reduces ? 1 : columns);
    this.formula([Float64Array.from(row), Float64Array.from(KNOWN_GRADIENT)], wanted, 0, 1, columns, 0, 1);
    scratch.firstOf(dtype).set(row);
    scratch.secondOf(dtype).set(KNOWN_GRADIENT);
    if (isGradient) kernel(first, second, first, 1, columns, 1);
    else kernel(first, first, 1, columns, ALL, 1);
    return compareAnswers(this.index ? rowViews(scratch).firstInts : scratch.firstOf(dtype), wanted, row, dtype);
  }
}

/** The options of a call, checked. */
interface RowSettings extends Masks {
  readonly layout: Rows;
  readonly temperature: number;
  mask: Uint8Array | undefined;
  /** Whether x is masked or negated before the kernels read it. */
  readonly changes: boolean;
}

/** A call of a `RowOp`. */
class RowOpCall implements RowCall {
  readonly caller: string;
  readonly layout: Rows;
  readonly reduces: boolean;
  readonly changes: boolean;
  readonly maxRows = Infinity;
  readonly passes: readonly RowPass[];
  #kernel: Kernel | null = null;
  #result: FloatArray | Int32Array | undefined;

  constructor(
    private readonly op: RowOp,
    readonly dtype: DType,
    private readonly settings: RowSettings,
    readonly inputs: readonly FloatArray[],
    readonly out: FloatArray | undefined,
    private readonly length: number,
  ) {
    this.caller = op.name;
    this.layout = settings.layout;
    this.reduces = op.reduces;
    this.changes = settings.changes;
    this.passes = op.passes;
    this.#result = out;
  }

  /** `out`, or a new array. */
  target(): FloatArray {
    const { dtype, layout, length, op } = this;
    this.#result ??= op.index ? newIndices(length, layout.columns) : newArray(dtype, length);
    return this.#result as FloatArray;
  }

  prepare(instance: Instance): boolean {
    this.#kernel = this.op.kernels.of(instance, this.dtype);
    if (this.changes && (this.op.negate ?? fillMask).of(instance, this.dtype) === null) return false;
    return this.#kernel !== null;
  }

  loadMask(start: number, stride: number, n: number, to: Uint8Array, at: number): void {
    const { mask } = this.settings;
    if (mask !== undefined) copyMask(mask, start, stride, n, to, at);
  }

  change(instance: Instance, x: number, mask: number, n: number, dst: number): void {
    const { negate } = this.op;
    if (negate !== undefined) {
      negate.of(instance, this.dtype)!(x, dst, n);
      x = dst;
    }
    if (this.settings.mask !== undefined) fillMask.of(instance, this.dtype)!(x, mask, dst, n);
  }

  computeRows(_instance: Instance, first: number, second: number, dst: number, row: number, count: number): void {
    const { columns } = this.layout;
    const { causal, temperature } = this.settings;
    if (this.inputs.length > 1) this.#kernel!(first, second, dst, count, columns, temperature);
    else this.#kernel!(first, dst, count, columns, causal ? row % columns : ALL, temperature);
  }

  storeRows(scratch: Scratch, row: number, count: number): void {
    const { layout, op } = this;
    const view = op.index ? (rowViews(scratch).firstInts as never) : scratch.firstOf(this.dtype);
    if (this.#result === undefined && count === layout.rows && layout.stride === 1) {
      this.#result = firstOf(view, this.length);
    } else if (op.reduces) copy(view, 0, count, this.target(), row);
    else scatterRows(view, layout, row, count, this.target());
  }

  beginRow(instance: Instance): void {
    this.op.begin.of(instance, this.dtype)!(this.settings.temperature);
  }

  beginColumns(instance: Instance, states: number, vectors: number): void {
    this.op.beginColumns!.of(instance, this.dtype)!(states, vectors, this.settings.temperature);
  }

  finishRow(_instance: Instance, row: number, result: number): void {
    const { layout } = this;
    const out = this.target();
    if (this.reduces) {
      out[row] = result;
      return;
    }
    const start = startOf(layout, row);
    for (let i = this.validLength(row); i < layout.columns; i++)
      out[start + i * layout.stride] = this.op.definition.maskedFill!;
  }

  validLength(row: number): number {
    return validLength(this.layout, this.settings, row);
  }

  formula(): void {
    const { layout, op, settings, dtype } = this;
    const { rows, columns, stride } = layout;
    let { inputs } = this;
    if (settings.causal || this.changes) {
      inputs = [
        maskedCopy(inputs[0], layout, settings, op.definition.negates === true, newArray(dtype, inputs[0].length)),
      ];
    } else {
      inputs = inputs.map((input) => copyIfOverwritten(input, this.out, dtype));
    }
    const out = this.target();
    for (let row = 0; row < rows; row++) {
      const start = startOf(layout, row);
      op.formula(inputs, out, start, stride, columns, row, settings.temperature);
      // Also in a row with NaN.
      if (settings.causal && !op.reduces) {
        fillArray(out, op.definition.maskedFill!, start + this.validLength(row), start + columns);
      }
    }
  }
}
