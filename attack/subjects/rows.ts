/** Functions over rows with their gradients, and gated ones. */

import fc from "fast-check";
import * as lanewise from "lanewise";
import type { Parameter } from "../../src/args/parameters.js";
import { type AnyArray, drawOf, fillFloats, fillMask, type FloatArray } from "../fills.js";
import { rowsIn, sizeOf } from "../lengths.js";
import { floats, parametersOf } from "./elements.js";
import type { ArraySpec, Call, CallCase, Setting, Setup, Subject } from "./subject.js";

type Member = { readonly definition: lanewise.RowDefinition; readonly backward?: Call };

const { argmax, argmin, entmax15, hardmax, logSoftmax, logSumExp, softmax, softmin, sparsemax } = lanewise;
const functions = { argmax, argmin, entmax15, hardmax, logSoftmax, logSumExp, softmax, softmin, sparsemax };

const temperatures = fc.constantFrom<unknown>(undefined, 1, 0.7, 30, 1e-30, 1e30, 0.1);

/** Options without those that are undefined, now and then with them. */
function given(options: Setting, seed: number): Setting {
  if (seed % 3 === 0) return options;
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Shape and axis, which a single row may go without. */
export function shapeOptions({ layout, seed }: CallCase): Setting {
  const { shape, axis } = layout;
  if (shape.length > 1) return axis === -1 && seed % 2 === 0 ? { shape } : { shape, axis };
  return [{}, { shape }, { axis }, { shape, axis }][seed % 4];
}

/** The mask of a call: of the whole shape, or of so many of its last axes. */
function masksOf({ layout, setting }: CallCase): ArraySpec[] {
  const { shape } = layout;
  const { mask } = setting;
  if (typeof mask !== "number") return [];
  const length = sizeOf(shape.slice(-1 - (mask % shape.length)));
  return [{ option: "mask", type: "Uint8Array", length, fill: (array, draw) => fillMask(array as Uint8Array, draw) }];
}

function setupOfRows(callCase: CallCase): Setup {
  const { type, layout, fill, seed, setting } = callCase;
  const others: Record<string, unknown> = { ...setting };
  delete others.mask;
  return {
    arrays: [floats(type, sizeOf(layout.shape), fill), ...masksOf(callCase)],
    options: given({ ...shapeOptions(callCase), ...others }, seed),
  };
}

/** The output y of a function, as an argument of its gradient. */
function outputOf(fn: Call, { type, layout, fill, seed, setting }: CallCase): ArraySpec {
  const { shape, axis } = layout;
  const { temperature } = setting;
  return {
    type,
    length: sizeOf(shape),
    fill: (array: AnyArray) => {
      const x = type === "Float32Array" ? new Float32Array(array.length) : new Float64Array(array.length);
      fillFloats(x, fill, drawOf(seed));
      array.set(fn(x, { shape, axis, ...(temperature !== undefined && { temperature }) }) as FloatArray);
    },
  };
}

function rowSubjects([name, fn]: [string, Member]): Subject[] {
  const { definition, backward } = fn;
  const temperature = definition.hasTemperature ? { temperature: temperatures } : {};
  const value: Subject = {
    name,
    kind: "rows",
    causal: true,
    call: fn as unknown as Call,
    settings: fc.record({
      ...temperature,
      mask: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    }),
    setup: setupOfRows,
  };
  if (backward === undefined) return [value];
  const gradient: Subject = {
    name: `${name}.backward`,
    kind: "rows",
    call: backward,
    settings: fc.record(temperature),
    setup: (callCase) => {
      const { type, layout, fill, seed, setting } = callCase;
      const length = sizeOf(layout.shape);
      const options = given({ ...shapeOptions(callCase), ...setting }, seed);
      // The gradient of logSumExp takes the input, and an element of dy for each row.
      const arrays =
        name === "logSumExp"
          ? [floats(type, length, fill), floats(type, rowsIn(layout).rows, "even")]
          : [outputOf(fn as unknown as Call, callCase), floats(type, length, "even")];
      return { arrays, options };
    },
  };
  return [value, gradient];
}

function gatedSubjects(fn: lanewise.Gated): Subject[] {
  const { name, gate } = fn.definition;
  const { definition } = gate;
  const settings = fc
    .record({
      gate: fc.constantFrom<unknown>(undefined, "first", "second"),
      parameters: parametersOf(
        definition.name,
        definition.parameters as Readonly<Record<string, Parameter>> | undefined,
      ),
    })
    .map(({ gate, parameters }): Setting => ({ gate, ...parameters }));
  const setup = (callCase: CallCase, takesGradient: boolean): Setup => {
    const { type, layout, fill, setting, seed } = callCase;
    const length = sizeOf(layout.shape);
    const arrays = [floats(type, length, fill), ...(takesGradient ? [floats(type, length / 2, "logits")] : [])];
    return { arrays, options: given({ ...shapeOptions(callCase), ...setting }, seed) };
  };
  return [
    { name, kind: "halves", call: fn as Call, settings, setup: (callCase) => setup(callCase, false) },
    {
      name: `${name}.backward`,
      kind: "halves",
      call: fn.backward as Call,
      settings,
      setup: (callCase) => setup(callCase, true),
    },
  ];
}

const { geglu, glu, reglu, swiglu } = lanewise;

export const rows: readonly Subject[] = [
  ...Object.entries(functions as unknown as Record<string, Member>).flatMap(rowSubjects),
  ...[glu, reglu, geglu as unknown as lanewise.Gated, swiglu].flatMap(gatedSubjects),
];
