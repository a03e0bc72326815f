/** What can be called, as the generators need to know it. */

import type fc from "fast-check";
import type { AnyArray, Draw, FillName } from "../fills.js";
import type { Layout } from "../lengths.js";

/** A function or a member of one, called with whatever it takes. */
export type Call = (...args: unknown[]) => unknown;

export type FloatTypeName = "Float32Array" | "Float64Array";
export type TypeName = FloatTypeName | "Int32Array" | "Uint8Array";

/** Options that are data. */
export type Setting = Readonly<Record<string, unknown>>;

/** An array that a call takes. */
export interface ArraySpec {
  /** Its name as an option; the others are arguments, in their order. */
  readonly option?: string;
  readonly type: TypeName;
  readonly length: number;
  readonly fill: (array: AnyArray, draw: Draw) => void;
}

/** All that a call takes but `out`. */
export interface Setup {
  readonly arrays: readonly ArraySpec[];
  /** Arguments that are no arrays, behind those that are. */
  readonly scalars?: readonly unknown[];
  readonly options: Setting;
  /** No array can be given for the results. */
  readonly noOut?: boolean;
}

/** A call as data alone, which can be printed, shrunk and repeated. */
export interface CallCase {
  readonly type: FloatTypeName;
  readonly layout: Layout;
  readonly fill: FillName;
  readonly seed: number;
  readonly setting: Setting;
}

/** A public function, or its derivative or gradient. */
export interface Subject {
  /** As it is called, and as its errors begin. */
  readonly name: string;
  /** Whether it works on elements of a vector, on rows of a shape, or on rows of an even length. */
  readonly kind: "elements" | "rows" | "halves" | "tokens";
  /** How its errors begin. Default: as its name. */
  readonly named?: string;
  /** Options for the attacks on how they are read. Default: those of the table there, or the function's own defaults. */
  readonly example?: Setting;
  /** Whether another subject reads the same options in the same way. */
  readonly optionsElsewhere?: boolean;
  /** Takes the mask of a triangle. */
  readonly causal?: boolean;
  readonly call: Call;
  readonly settings: fc.Arbitrary<Setting>;
  readonly setup: (callCase: CallCase) => Setup;
}
