/**
 * What the node tests of ONNX v1.22.0 test of TopK, and of ArgMax and ArgMin with select_last_index: a case each, of the same attributes,
 * with inputs of our own and results by the operators' definitions. The last case of TopK is of uint64 there, which floats stand for.
 *
 * https://github.com/onnx/onnx/tree/v1.22.0/onnx/backend/test/case/node
 */

import { expect, it } from "vitest";
import { argmax, argmin, type FloatArray, topK } from "../src/index.js";
import { describeArrays } from "./support/backends.js";

describeArrays("ONNX", (type) => {
  const grid = type.of(3, 9, 4, 1, 8, 2, 7, 7, 5, 0, 6, 11);
  const alike = type.of(4, 4, 4, 4, 4);
  const rowsAlike = type.of(4, 4, 4, 4, 4, 4, 4, 4, 6, 6, 4, 6);
  const shape = [3, 4];

  it.each<[string, FloatArray, number, Parameters<typeof topK>[2], values: number[], indices: number[]]>([
    ["top_k", grid, 3, { shape, axis: 1 }, [9, 4, 3, 8, 7, 7, 11, 6, 5], [1, 2, 0, 0, 2, 3, 3, 2, 0]],
    ["top_k_negative_axis", grid, 3, { shape, axis: -1 }, [9, 4, 3, 8, 7, 7, 11, 6, 5], [1, 2, 0, 0, 2, 3, 3, 2, 0]],
    ["top_k_same_values", alike, 3, { axis: 0, largest: false }, [4, 4, 4], [0, 1, 2]],
    ["top_k_same_values_largest", alike, 3, { axis: 0, largest: true }, [4, 4, 4], [0, 1, 2]],
    [
      "top_k_same_values_2d",
      rowsAlike,
      3,
      { shape, axis: 1, largest: false },
      [4, 4, 4, 4, 4, 4, 4, 6, 6],
      [0, 1, 2, 0, 1, 2, 2, 0, 1],
    ],
    [
      "top_k_smallest",
      grid,
      3,
      { shape, axis: 1, largest: false },
      [1, 3, 4, 2, 7, 7, 0, 5, 6],
      [3, 0, 2, 1, 2, 3, 1, 0, 2],
    ],
    ["top_k_uint64", grid, 2, { shape, axis: 0 }, [8, 9, 7, 11, 5, 2, 6, 7], [1, 0, 1, 2, 2, 1, 2, 1]],
  ])("%s", (_, x, k, options, values, indices) => {
    expect(topK(x, k, options)).toEqual({ values: type.from(values), indices: Int32Array.from(indices) });
  });

  const square = type.of(3, 2, 5, 2, 1, 1, 3, 1, 3);
  const rows = [3, 3];

  // Results lie in the same order with keepdims and without.
  it.each([
    ["argmax_default_axis", argmax, { shape: rows, axis: 0 }, [2, 0, 0]],
    ["argmax_keepdims", argmax, { shape: rows, axis: 1 }, [2, 0, 2]],
    ["argmax_negative_axis_keepdims", argmax, { shape: rows, axis: -1 }, [2, 0, 2]],
    ["argmax_no_keepdims", argmax, { shape: rows, axis: 1 }, [2, 0, 2]],
    ["argmin_default_axis", argmin, { shape: rows, axis: 0 }, [1, 2, 1]],
    ["argmin_keepdims", argmin, { shape: rows, axis: 1 }, [1, 2, 1]],
    ["argmin_negative_axis_keepdims", argmin, { shape: rows, axis: -1 }, [1, 2, 1]],
    ["argmin_no_keepdims", argmin, { shape: rows, axis: 1 }, [1, 2, 1]],
  ] as const)("%s, select_last_index", (_, fn, options, wanted) => {
    expect(fn(square, { ...options, last: true })).toEqual(Int32Array.from(wanted));
  });
});
