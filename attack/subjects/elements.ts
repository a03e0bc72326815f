/** Elementwise functions with their parameters, prelu with its channels, comparisons. */

import fc from "fast-check";
import * as lanewise from "lanewise";
import type { Parameter } from "../../src/args/parameters.js";
import { OF_FORMULAS, settingsOf } from "../../test/support/bits/inputs.js";
import { type FillName, fillFloats, type FloatArray } from "../fills.js";
import { rowsIn, sizeOf } from "../lengths.js";
import type { ArraySpec, Call, FloatTypeName, Setting, Subject } from "./subject.js";

/** An array of floats as an argument, or as an option. */
export function floats(type: FloatTypeName, length: number, fill: FillName, option?: string): ArraySpec {
  return {
    type,
    length,
    ...(option !== undefined && { option }),
    fill: (array, draw) => fillFloats(array as FloatArray, fill, draw),
  };
}

/** Numbers in the domain of a parameter. */
function valuesOf(parameter: Parameter): fc.Arbitrary<unknown> {
  if ("choices" in parameter) return fc.constantFrom<unknown>(undefined, ...parameter.choices);
  const { min = -100, max = 100, above = -100, infinite } = parameter;
  const low = Math.max(min, above + (above > -100 ? 1e-3 : 0));
  return fc.oneof(
    fc.constantFrom<unknown>(undefined, ...(infinite ? [Infinity, -Infinity] : []), low, max),
    fc.double({ min: low, max, noNaN: true }),
  );
}

/** The parameters of a function: those with golden values, those without a kernel, and any others. */
export function parametersOf(
  name: string,
  parameters: Readonly<Record<string, Parameter>> = {},
): fc.Arbitrary<Setting> {
  const known = [...settingsOf(name), ...(OF_FORMULAS[name] ?? [])];
  const names = Object.keys(parameters);
  if (names.length === 0) return fc.constant({});
  const any = fc.record(Object.fromEntries(names.map((name) => [name, valuesOf(parameters[name])])));
  // Of two ends of an interval the first must not be the larger.
  const ordered = any.map((values: Setting) => {
    const { minVal = -1, maxVal = 1 } = values as Record<string, number>;
    return "minVal" in values && !(minVal <= maxVal) ? { minVal: maxVal, maxVal: minVal } : values;
  });
  return fc.oneof(fc.constantFrom<Setting>(...known), ordered);
}

function elementwiseSubjects(fn: lanewise.Elementwise): Subject[] {
  const { definition } = fn;
  const { name } = definition;
  const settings = parametersOf(name, definition.parameters as Readonly<Record<string, Parameter>> | undefined);
  const unary = (suffix: string, call: Call): Subject => ({
    name: name + suffix,
    kind: "elements",
    call,
    settings,
    setup: ({ type, layout, fill, setting }) => ({
      arrays: [floats(type, sizeOf(layout.shape), fill)],
      options: setting,
    }),
  });
  return [
    unary("", fn as Call),
    unary(".derivative", fn.derivative as Call),
    {
      ...unary(".backward", fn.backward as Call),
      setup: ({ type, layout, fill, setting }) => {
        const length = sizeOf(layout.shape);
        return { arrays: [floats(type, length, fill), floats(type, length, "logits")], options: setting };
      },
    },
  ];
}

/** prelu with a weight for each channel, or one in an array. */
function channelSubjects(): Subject[] {
  const { prelu } = lanewise;
  const members: [suffix: string, call: Call, takesGradient: boolean, reduces: boolean][] = [
    ["", prelu as Call, false, false],
    [".derivative", prelu.derivative as Call, false, false],
    [".backward", prelu.backward as Call, true, false],
    [".weightGradient", prelu.weightGradient as Call, true, true],
  ];
  return members.map(([suffix, call, takesGradient, reduces]) => ({
    name: `prelu${suffix}`,
    kind: "rows",
    call,
    settings: fc.record({ weight: fc.constantFrom("channels", "one", "number") }),
    setup: ({ type, layout, fill, setting }) => {
      const { shape, axis } = layout;
      const length = sizeOf(shape);
      const isNumber = setting.weight === "number";
      const weights = setting.weight === "one" ? 1 : rowsIn(layout).columns;
      return {
        arrays: [
          floats(type, length, fill),
          ...(takesGradient ? [floats(type, length, "logits")] : []),
          ...(isNumber ? [] : [floats(type, weights, "even", "weight")]),
        ],
        options: { shape, axis, ...(isNumber && { weight: 0.3 }) },
        noOut: reduces && isNumber,
      };
    },
  }));
}

const comparisons: readonly Subject[] = [
  {
    name: "greater",
    kind: "elements",
    call: lanewise.greater as Call,
    settings: fc.constantFrom<Setting>({}, { threshold: 0.3 }, { threshold: -Infinity }, { threshold: 1e-45 }),
    setup: ({ type, layout, fill, setting }) => ({
      arrays: [floats(type, sizeOf(layout.shape), fill)],
      options: setting,
    }),
  },
  {
    name: "step",
    kind: "elements",
    call: lanewise.step as unknown as Call,
    settings: fc.constant({ dtype: "int32" }),
    setup: ({ type, layout, fill, setting }) => ({
      arrays: [floats(type, sizeOf(layout.shape), fill)],
      options: setting,
    }),
  },
];

export const elements: readonly Subject[] = [
  ...lanewise.functions.flatMap(elementwiseSubjects),
  ...channelSubjects(),
  ...comparisons,
];
