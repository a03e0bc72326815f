/** Losses with their gradients, and what chooses tokens. */

import fc from "fast-check";
import * as lanewise from "lanewise";
import { fillClasses, fillProbabilities, type FloatArray } from "../fills.js";
import { rowsIn, sizeOf } from "../lengths.js";
import { floats } from "./elements.js";
import { shapeOptions } from "./rows.js";
import type { ArraySpec, Call, CallCase, Setting, Setup, Subject } from "./subject.js";

const { sample, sigmoidCrossEntropy, softmaxCrossEntropy, topK } = lanewise;

const reductions = fc.constantFrom<unknown>("none", "mean", "sum", undefined);

/** An option if it is given: an undefined one is no option. */
function options(all: Setting): Setting {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The gradient with respect to the result: an array where that is one. */
function gradientOf(setting: Setting, type: CallCase["type"], length: number): ArraySpec[] {
  return setting.reduction === "none" ? [floats(type, length, "even", "dy")] : [];
}

const rowSettings = fc.record({
  reduction: reductions,
  targets: fc.constantFrom("classes", "probabilities"),
  labelSmoothing: fc.constantFrom<unknown>(undefined, 0, 0.1, 0.9),
  dy: fc.constantFrom<unknown>(undefined, 0.3, -2),
});

function setupOfRowLoss(callCase: CallCase, isGradient: boolean): Setup {
  const { type, layout, fill, setting } = callCase;
  const { reduction, labelSmoothing } = setting;
  const { columns, rows } = rowsIn(layout);
  const targets: ArraySpec =
    setting.targets === "classes"
      ? { type: "Int32Array", length: rows, fill: (array, draw) => fillClasses(array as Int32Array, columns, draw) }
      : {
          type,
          length: sizeOf(layout.shape),
          fill: (array, draw) => fillProbabilities(array as FloatArray, columns, draw),
        };
  const dy = isGradient && reduction !== "none" ? setting.dy : undefined;
  return {
    arrays: [floats(type, sizeOf(layout.shape), fill), targets, ...(isGradient ? gradientOf(setting, type, rows) : [])],
    options: options({ ...shapeOptions(callCase), reduction, labelSmoothing, dy }),
    noOut: !isGradient && reduction !== "none",
  };
}

const elementSettings = fc.record({
  reduction: reductions,
  posWeight: fc.constantFrom<unknown>(undefined, 0, 1, 3.5),
  dy: fc.constantFrom<unknown>(undefined, 0.3, -2),
});

function setupOfElementLoss({ type, layout, fill, setting }: CallCase, isGradient: boolean): Setup {
  const { reduction, posWeight } = setting;
  const length = sizeOf(layout.shape);
  const dy = isGradient && reduction !== "none" ? setting.dy : undefined;
  return {
    arrays: [
      floats(type, length, fill),
      { type, length, fill: (array, draw) => fillProbabilities(array as FloatArray, 2, draw) },
      ...(isGradient ? gradientOf(setting, type, length) : []),
    ],
    options: options({ reduction, posWeight, dy }),
    noOut: !isGradient && reduction !== "none",
  };
}

export const losses: readonly Subject[] = [
  {
    name: "softmaxCrossEntropy",
    kind: "rows",
    call: softmaxCrossEntropy as Call,
    settings: rowSettings,
    setup: (callCase) => setupOfRowLoss(callCase, false),
  },
  {
    name: "softmaxCrossEntropy.backward",
    kind: "rows",
    call: softmaxCrossEntropy.backward as Call,
    settings: rowSettings,
    setup: (callCase) => setupOfRowLoss(callCase, true),
  },
  {
    name: "sigmoidCrossEntropy",
    kind: "elements",
    call: sigmoidCrossEntropy as Call,
    settings: elementSettings,
    setup: (callCase) => setupOfElementLoss(callCase, false),
  },
  {
    name: "sigmoidCrossEntropy.backward",
    kind: "elements",
    call: sigmoidCrossEntropy.backward as Call,
    settings: elementSettings,
    setup: (callCase) => setupOfElementLoss(callCase, true),
  },
];

/** values and indices as one array, as which results are compared. */
function topKAsOne(logits: unknown, k: unknown): Float64Array {
  const { values, indices } = (topK as Call)(logits, k) as lanewise.TopK;
  return Float64Array.of(...values, ...indices);
}

export const tokens: readonly Subject[] = [
  {
    name: "topK",
    kind: "tokens",
    call: topKAsOne as Call,
    settings: fc.record({ part: fc.constantFrom(0, 0.01, 0.2, 1) }),
    setup: ({ type, layout, fill, setting }) => {
      const length = sizeOf(layout.shape);
      const k = Math.max(1, Math.round((setting.part as number) * length));
      return { arrays: [floats(type, length, fill)], scalars: [k], options: {}, noOut: true };
    },
  },
  {
    name: "sample",
    kind: "tokens",
    call: sample as Call,
    settings: fc.record({
      temperature: fc.constantFrom<unknown>(undefined, 0.4, 2, 1e-3),
      topK: fc.constantFrom<unknown>(undefined, 1, 5, 700),
      topP: fc.constantFrom<unknown>(undefined, 0.5, 0.97, 1),
      minP: fc.constantFrom<unknown>(undefined, 0, 0.03, 1),
      number: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
    setup: ({ type, layout, fill, setting }) => {
      const { number, ...filters } = setting;
      const all = options({ ...filters, random: () => number });
      return { arrays: [floats(type, sizeOf(layout.shape), fill)], options: all, noOut: true };
    },
  },
];
