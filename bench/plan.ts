/** The sizes that functions are measured at, and how long that takes. */

import { type Case, COPY, VOCABULARY } from "./cases.js";
import type { Type } from "./inputs.js";
import type { Form } from "./results.js";

/** The sizes at which `{ out }` is shown beside a new array and plain JavaScript. */
export const callSizes: readonly number[] = [4, 8, 16, 32, 64, 128];

/** Up to so many elements the program that a call stands in matters: beyond, what all calls share takes too small a part. */
export const MAX_TIGHT = 256;

/** Out of every cache: ramps there are compared with copying. */
export const OUT_OF_CACHE = 4_000_000;

/** The sizes that peers are measured at, arrays in and out. */
const peerSizes: readonly number[] = [4, 10, 16, 1000, 10_000, 100_000, 1_000_000];

export interface Plan {
  readonly sizes: Readonly<Record<Type, Readonly<Record<Form, readonly number[]>>>>;
  /** Milliseconds for each candidate of a race. */
  readonly milliseconds: number;
  /** The backend "js" is measured where there are others, too. */
  readonly hasFallback: boolean;
}

const none = { new: [], out: [], resident: [] };

/** All functions at some sizes, within a minute. */
export const quick: Plan = {
  sizes: {
    float32: { new: [...callSizes, 1000, 10_000], out: [...callSizes, 256, 1000, 10_000], resident: [10_000] },
    float64: none,
  },
  milliseconds: 3,
  hasFallback: false,
};

/** The plan of a full run, which is stored. */
export const full: Plan = {
  sizes: {
    float32: {
      new: [4, 8, 10, 16, 32, 64, 128, 256, 1000, 10_000, 100_000, 1_000_000],
      out: [...callSizes, 256, 1000, 10_000, 100_000],
      resident: [16, 10_000, 100_000],
    },
    float64: { ...none, new: [10_000] },
  },
  milliseconds: 100,
  hasFallback: true,
};

/** A plan with other sizes. */
export function withSizes(plan: Plan, sizes: readonly number[]): Plan {
  return { ...plan, sizes: { float32: { new: sizes, out: sizes, resident: sizes }, float64: none } };
}

/** The numbers of elements that a case is measured at in a form. */
export function sizesOf({ name, size, family, forms, result }: Case, form: Form, type: Type, plan: Plan): number[] {
  const sizes = plan.sizes[type][form];
  if (!forms.includes(form) || sizes.length === 0) return [];
  if (size !== undefined) return type === "float32" ? [size] : [];
  if (result === "half") return sizes.filter((size) => size % 2 === 0);
  const isRampOutOfCache = plan === full && type === "float32" && form === "resident" && family === "ramp";
  return [
    ...sizes,
    // The copy that the softmax of a vocabulary is compared with.
    ...(name === COPY && type === "float32" ? [VOCABULARY] : []),
    ...(isRampOutOfCache ? [OUT_OF_CACHE] : []),
  ];
}

/** Whether peers are measured at a size in a form. */
export function hasPeersAt({ size }: Case, form: Form, elements: number): boolean {
  return form === "resident" || (form === "new" && (size !== undefined || peerSizes.includes(elements)));
}
