/** A call of a `RowOp`, as the driver of rows runs it. */

import type { DType, FloatArray } from "../args/dtype.js";
import { fillArray } from "../args/engine.js";
import { newIndices } from "../args/indices.js";
import { maskedCopy, type Masks, validLength } from "../args/mask.js";
import { type Rows, startOf } from "../args/shape.js";
import { copyIfOverwritten, newArray } from "../exec/copy.js";
import { type Change, NO_CHANGES, type RowCall, type RowPass } from "../exec/rows/call.js";
import { MaskChange } from "../exec/rows/maskChange.js";
import type { Instance, Kernel, Scratch } from "../runtime/instance.js";
import { computeRows, finishRow, prepareRows, storeRows } from "./rowKernels.js";
import type { RowOp } from "./rowOp.js";

/** A change for a function that is made of another one, with what it does where no kernels run. */
export interface ChangeOfAll extends Change {
  /** Of all elements of an array, to `out`, which may be x. */
  formula(x: FloatArray, out: FloatArray): void;
}

/** What a function that is made of another one does beside it. */
export interface Around {
  /** Changes x first. */
  readonly before: ChangeOfAll | undefined;
  /** Changes the result. */
  readonly after: ChangeOfAll | undefined;
}

export const NOTHING_AROUND: Around = { before: undefined, after: undefined };

/** The options of a call, checked. */
export interface RowSettings extends Masks {
  readonly layout: Rows;
  readonly temperature: number;
  mask: Uint8Array | undefined;
  /** Whether x is masked or negated before the kernels read it. */
  readonly changes: boolean;
}

/** What changes x before the kernels read it, the mask last. */
function changesOf(op: RowOp, dtype: DType, { mask, changes }: RowSettings, { before }: Around): Change[] {
  const list: Change[] = before === undefined ? [] : [before];
  if (changes) list.push(new MaskChange(dtype, mask, op.negate !== undefined));
  return list;
}

/** A call of a `RowOp`. */
export class RowOpCall implements RowCall {
  readonly caller: string;
  readonly layout: Rows;
  readonly reduces: boolean;
  readonly changes: readonly Change[];
  readonly finish: Change | undefined;
  readonly maxRows = Infinity;
  readonly passes: readonly RowPass[];
  /** The kernel for whole rows, once it has been looked up. */
  kernel: Kernel | null = null;
  /** `out`, or a new array once there is one. */
  result: FloatArray | Int32Array | undefined;

  constructor(
    readonly op: RowOp,
    readonly dtype: DType,
    readonly settings: RowSettings,
    readonly inputs: readonly FloatArray[],
    readonly out: FloatArray | undefined,
    readonly length: number,
    private readonly around: Around,
  ) {
    this.caller = op.name;
    this.layout = settings.layout;
    this.reduces = op.reduces;
    this.changes = settings.changes || around !== NOTHING_AROUND ? changesOf(op, dtype, settings, around) : NO_CHANGES;
    this.finish = around.after;
    this.passes = op.passes;
    this.result = out;
  }

  /** `out`, or a new array. */
  target(): FloatArray {
    const { dtype, layout, length, op } = this;
    this.result ??= op.index ? newIndices(length, layout.columns) : newArray(dtype, length);
    return this.result as FloatArray;
  }

  prepare(instance: Instance): boolean {
    return prepareRows(this, instance);
  }

  computeRows(instance: Instance, first: number, second: number, dst: number, row: number, count: number): void {
    computeRows(this, instance, first, second, dst, row, count);
  }

  storeRows(scratch: Scratch, row: number, count: number): void {
    storeRows(this, scratch, row, count);
  }

  beginRow(instance: Instance): void {
    this.op.begin.of(instance, this.dtype)!(this.settings.temperature);
  }

  beginColumns(instance: Instance, states: number, vectors: number): void {
    this.op.beginColumns!.of(instance, this.dtype)!(states, vectors, this.settings.temperature);
  }

  finishRow(_instance: Instance, row: number, result: number): void {
    finishRow(this, row, result);
  }

  validLength(row: number): number {
    return validLength(this.layout, this.settings, row);
  }

  formula(): void {
    const { layout, op, settings, dtype } = this;
    const { rows, columns, stride } = layout;
    let { inputs } = this;
    const { before, after } = this.around;
    if (before !== undefined) {
      const changed = newArray(dtype, inputs[0].length);
      before.formula(inputs[0], changed);
      inputs = [changed];
    }
    if (settings.queries > 0 || settings.changes) {
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
      if (settings.queries > 0 && !op.reduces) {
        fillArray(out, op.definition.maskedFill!, start + this.validLength(row), start + columns);
      }
    }
    after?.formula(out, out);
  }
}
