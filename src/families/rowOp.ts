/** A function over rows: its calls, as the driver of rows runs them. */

import { checkArray, checkFloats, mustBe } from "../args/arrays.js";
import { type DType, type FloatArray, isFloat32 } from "../args/dtype.js";
import { checkInt32Indices } from "../args/indices.js";
import { fillMasked, readMask, readTriangle, triangleMask } from "../args/mask.js";
import { MORE, type OptionList, readOptions, readOut } from "../args/options.js";
import { readAxis, readShape, rowsOf } from "../args/shape.js";
import { insteadBy, ROW_SPELLINGS, type Spellings } from "../args/spellings.js";
import { overlap } from "../exec/copy.js";
import type { RowPass } from "../exec/rows/call.js";
import { runRows } from "../exec/rows/driver.js";
import { fastResident, fastRow, isOutput, reduceRow } from "../exec/rows/fast.js";
import { negate } from "../exec/rows/maskChange.js";
import { checkNotFreed, mayBeFreed } from "../runtime/placements.js";
import { type KernelPair, kernelPair } from "../runtime/kernels.js";
import { rowViews } from "../runtime/views.js";
import { checkRowKernel } from "./rowKernels.js";
import { type Around, NOTHING_AROUND, RowOpCall, type RowSettings } from "./rowOpCall.js";
import type { RowDefinition, RowFormula } from "./rows.js";

/** The options of functions over rows, in the order in which `RowOp` takes them; those that give an index have `last` for a temperature. */
const OPTIONS = ["out", "shape", "axis", "temperature", "mask", "causal", "maskShape"];

const INDEX_ADVICE = "a call without options, on one row, gives the index as a number";

const MASK_ADVICE = "the output y has zeros (-Infinity of logSoftmax) where elements were masked";

const GRADIENT_SPELLINGS: Spellings = {
  ...ROW_SPELLINGS,
  mask: MASK_ADVICE,
  causal: MASK_ADVICE,
  attnmask: MASK_ADVICE,
};

/** In the place of kernels where there are none, so that the formula computes. */
const NO_KERNELS = { of: () => null } as unknown as KernelPair;

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
    const { name, module, kernel, begin, beginColumns, formula, passes = [] } = definition;
    const { reduces = false, index = false, negates = false, maxScalarLength = 0 } = definition;
    const pair = (kernel: string | undefined) => (kernel === undefined ? undefined : kernelPair(module!, kernel));
    this.kernels =
      module === undefined
        ? NO_KERNELS
        : kernelPair(module, kernel!, (kernel, scratch, dtype) => checkRowKernel(this, kernel, scratch, dtype));
    this.begin = pair(begin)!;
    this.beginColumns = pair(beginColumns);
    this.passes = passes.map((pass) => ({
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
    const names = OPTIONS.map((name, i) => (i === 3 && index ? "last" : has(i) ? name : undefined));
    if (definition.hasWeights) names.push("weights");
    this.#options = {
      names,
      insteadOf: insteadBy(definition.inputs[0] === "y" ? GRADIENT_SPELLINGS : ROW_SPELLINGS),
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
      given[6] === undefined &&
      given[7] === undefined
    ) {
      const { index, kernels, name, reduces } = this;
      const result = fastResident(name, kernels, inputs, out, given[1] as readonly number[], given[2], reduces, index);
      if (result !== undefined) return result as FloatArray;
    }
    return this.applyRead(inputs, given);
  }

  /** The number that a function which reduces gives for one row. */
  reduce(x: unknown): number {
    const scratch = reduceRow(this.kernels, x, this.negate);
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
    if (typeof given[2] === "object") given[2] = readAxis(this.name, given[2]);
    given[6] = readShape(this.name, given[6], "maskShape");
    return given;
  }

  /**
   * With options that have been read.
   *
   * @param asNumber whether the result is an array of one number, which holds any index
   * @param around what changes x before, or the result
   */
  applyRead(
    inputs: readonly unknown[],
    given: readonly unknown[],
    asNumber = false,
    around: Around = NOTHING_AROUND,
  ): FloatArray {
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
    const call = new RowOpCall(this, dtype, settings, inputs as readonly FloatArray[], array, length, around);
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
    const temperatureGiven = given[3] === undefined || this.index ? 1 : given[3];
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
      return { layout, temperature, mask: undefined, queries: 0, offset: 0, changes: negated };
    }
    const maskShape = given[6] as readonly number[] | undefined;
    const triangle = readTriangle(name, layout, causal, shape);
    const bytes = readMask(name, x.length, mask, shape, maskShape);
    checkNotFreed(name, mask as Uint8Array | undefined);
    const masksTriangle = triangle.queries > 0 && !hasCausalKernel;
    const all = masksTriangle ? triangleMask(layout, triangle, bytes) : bytes;
    return {
      layout,
      temperature,
      mask: all,
      queries: masksTriangle ? 0 : triangle.queries,
      offset: triangle.offset,
      changes: negated || all !== undefined,
    };
  }
}
