/** How far a result may be from the exact one. */

import * as lanewise from "lanewise";
import { leastSpacing } from "../../bench/ulp.js";
import type { AnyArray } from "../fills.js";
import { type Layout, placesOf, rowsIn } from "../lengths.js";
import type { CallCase, Setting } from "../subjects/subject.js";

/** What a bound may depend on. */
export interface BoundContext {
  readonly callCase: CallCase;
  readonly inputs: readonly AnyArray[];
  readonly exact: Float64Array;
  readonly isFloat32: boolean;
}

/** Within so many ulp, or absolutely within what is allowed for an element. */
export interface Bound {
  readonly ulp: number;
  /** A zero may have either sign: that of rows' results is not stated. */
  readonly anyZero?: boolean;
  readonly minSpacing?: (context: BoundContext, i: number) => number;
  /** One number an element. */
  readonly absolute?: (context: BoundContext) => ArrayLike<number>;
}

const eps = (isFloat32: boolean) => (isFloat32 ? 2 ** -23 : 2 ** -52);

/** The parameters of a call as the definition's formulas take them. */
function valuesOf({ defaults }: lanewise.Elementwise, setting: Setting): object {
  const given = Object.entries(setting).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}

const elementwise: [string, Bound][] = lanewise.functions.flatMap((fn): [string, Bound][] => {
  const { name, ulp, crossing } = fn.definition;
  const minSpacing = ({ callCase, inputs, isFloat32 }: BoundContext, i: number) => {
    const at = crossing?.(valuesOf(fn, callCase.setting) as never);
    return leastSpacing(at, ulp.derivative, inputs[0][i], isFloat32);
  };
  return [
    [name, { ulp: ulp.value }],
    [`${name}.derivative`, { ulp: ulp.derivative, minSpacing }],
  ];
});

/** One number a row, for each of its elements. */
function byRow(
  layout: Layout,
  length: number,
  allowed: (places: readonly number[], place: number) => number,
): Float64Array {
  const result = new Float64Array(length);
  for (let row = 0; row < rowsIn(layout).rows; row++) {
    const places = placesOf(layout, row);
    for (const place of places) result[place] = allowed(places, place);
  }
  return result;
}

/** For gradients from an output: what the terms' rounding amounts to, where they cancel. */
function gradientOf(weight: (y: number) => number): Bound {
  return {
    ulp: 8,
    absolute: ({ callCase, inputs: [y, dy], isFloat32 }) => {
      const { temperature = 1 } = callCase.setting as { temperature?: number };
      const { layout } = callCase;
      const sums = new Map<readonly number[], number>();
      return byRow(layout, y.length, (places, place) => {
        let sum = sums.get(places);
        if (sum === undefined) {
          sum = places.reduce((sum, i) => sum + Math.abs(dy[i]) * (weight === Math.exp ? 1 : y[i]), 0);
          sums.set(places, sum);
        }
        const factor = weight(y[place]);
        const terms = weight === Math.exp ? Math.abs(dy[place]) + factor * sum : factor * (Math.abs(dy[place]) + sum);
        return (8 * eps(isFloat32) * terms) / temperature;
      });
    },
  };
}

/** Errors of a row whose maximum is negative count by the maximum. */
const byMaximum: Bound["absolute"] = ({ callCase, inputs: [x], exact, isFloat32 }) => {
  const { layout, setting } = callCase;
  const { temperature = 1 } = setting as { temperature?: number };
  return Float64Array.from(exact, (_, row) => {
    const finite = placesOf(layout, row)
      .map((i) => Math.abs(x[i]))
      .filter(Number.isFinite);
    return (2 * eps(isFloat32) * finite.reduce((max, x) => Math.max(max, x), 0)) / temperature;
  });
};

/** What a gate that is rounded to a subnormal number, as the docs say, makes of the other half; Infinity where that is infinite. */
function bySubnormalGate({ definition }: lanewise.Gated): NonNullable<Bound["absolute"]> {
  const { gate, ulp } = definition;
  return ({ callCase, inputs: [x], exact, isFloat32 }) => {
    const { setting, layout } = callCase;
    const { shape, axis } = layout;
    const halved = {
      ...layout,
      shape: shape.map((size, i) => (i === (axis + shape.length) % shape.length ? size / 2 : size)),
    };
    const [normal, least] = isFloat32 ? [2 ** -126, 2 ** -149] : [2 ** -1022, 2 ** -1074];
    const result = new Float64Array(exact.length);
    for (let row = 0; row < rowsIn(halved).rows; row++) {
      const both = placesOf(layout, row);
      for (const [i, place] of placesOf(halved, row).entries()) {
        const [first, second] = [both[i], both[i + both.length / 2]];
        const [a, b] = setting.gate === "first" ? [second, first] : [first, second];
        const opened = Math.abs(gate.definition.value(x[b], valuesOf(gate, setting)));
        if (opened < normal) result[place] = ulp * least * Math.abs(x[a]);
      }
    }
    return result;
  };
}

const { geglu, glu, reglu, sigmoidCrossEntropy, softmaxCrossEntropy, swiglu } = lanewise;

/** By the names of subjects. Gradients that have no stated bound are held to the rounding of their terms. */
export const bounds: ReadonlyMap<string, Bound> = new Map<string, Bound>([
  ...elementwise,
  ...[glu, reglu, geglu, swiglu].map((fn): [string, Bound] => [
    fn.definition.name,
    { ulp: fn.definition.ulp, absolute: bySubnormalGate(fn as lanewise.Gated) },
  ]),
  ...[lanewise.softmax, lanewise.softmin, lanewise.logSoftmax].map(({ definition }): [string, Bound] => [
    definition.name,
    { ulp: definition.ulp!, anyZero: true },
  ]),
  ["logSumExp", { ulp: lanewise.logSumExp.definition.ulp!, absolute: byMaximum, anyZero: true }],
  ["hardmax", { ulp: 0 }],
  ["argmax", { ulp: 0 }],
  ["argmin", { ulp: 0 }],
  ["greater", { ulp: 0 }],
  ["step", { ulp: 0 }],
  ...["sparsemax", "entmax15"].map((name): [string, Bound] => [
    name,
    {
      ulp: 0,
      absolute: ({ exact, isFloat32 }) => new Float64Array(exact.length).fill(isFloat32 ? 2 ** -24 : 1e-15),
    },
  ]),
  ["softmax.backward", gradientOf((y) => y)],
  ["softmin.backward", gradientOf((y) => y)],
  ["logSoftmax.backward", gradientOf(Math.exp)],
  ["hardmax.backward", { ulp: 0 }],
  [
    "logSumExp.backward",
    {
      ulp: 8,
      // A subnormal probability, of few digits, is multiplied.
      absolute: ({ callCase, inputs: [x, dy], isFloat32 }) => {
        const { temperature = 1 } = callCase.setting as { temperature?: number };
        const least = isFloat32 ? 2 ** -149 : 2 ** -1074;
        const result = new Float64Array(x.length);
        for (let row = 0; row < rowsIn(callCase.layout).rows; row++) {
          for (const i of placesOf(callCase.layout, row))
            result[i] = (4 * least * Math.abs(dy[row])) / temperature + least;
        }
        return result;
      },
    },
  ],
  ["softmaxCrossEntropy", { ulp: softmaxCrossEntropy.definition.ulp, anyZero: true }],
  ["sigmoidCrossEntropy", { ulp: sigmoidCrossEntropy.definition.ulp }],
]);
