/**
 * ONNX's node tests of SoftmaxCrossEntropyLoss with weights of the classes and of NegativeLogLikelihoodLoss, each rebuilt from its attributes, with inputs of our own, and ONNX's formula of
 * the operators: https://onnx.ai/onnx/operators/onnx__SoftmaxCrossEntropyLoss.html, onnx__NegativeLogLikelihoodLoss.html there
 */

import { expect, it } from "vitest";
import { logSoftmax, nllLoss, softmaxCrossEntropy } from "../src/index.js";
import { describeBackends, randomArray } from "./support/backends.js";
import { randomClasses } from "./support/losses.js";
import { placesAlong, sizeOf } from "./support/rows.js";

interface Case {
  readonly name: string;
  readonly shape: readonly number[];
  readonly reduction?: "mean" | "sum" | "none";
  readonly weight?: readonly number[];
  /** The index that is ignored, which the first label is. */
  readonly ignoreIndex?: number;
}

const five = [0.9, 0.7, 0.8, 0.9, 0.9];

const crossEntropies: readonly Case[] = [
  { name: "sce_mean_weight", shape: [3, 5], weight: five },
  { name: "sce_mean_weight_ii", shape: [3, 5], weight: five, ignoreIndex: 0 },
  { name: "sce_mean_weight_ii_3d", shape: [3, 5, 2], weight: [0.2, 0.3, 0.6, 0.1, 0.5], ignoreIndex: 1 },
  { name: "sce_mean_weight_ii_4d", shape: [3, 5, 2, 7], weight: [0.2, 0.3, 0.6, 0.1, 0.5], ignoreIndex: 2 },
  { name: "sce_none_weights", shape: [3, 5], reduction: "none", weight: five },
  { name: "sce_NCd1_mean_weight_negative_ii", shape: [3, 5, 6], weight: five, ignoreIndex: -1 },
  { name: "sce_NCd1d2d3_sum_weight_high_ii", shape: [3, 5], reduction: "sum", weight: five, ignoreIndex: 10 },
  { name: "sce_NCd1d2d3d4d5_mean_weight", shape: [3, 5, 6, 6, 5, 3, 4], weight: five },
];

const likelihoods: readonly Case[] = [
  { name: "nllloss_NC", shape: [3, 5], reduction: "none" },
  { name: "nllloss_NCd1", shape: [3, 5, 2] },
  { name: "nllloss_NCd1_ii", shape: [3, 5, 2], ignoreIndex: 1 },
  { name: "nllloss_NCd1_mean_weight_negative_ii", shape: [3, 5, 6], weight: five, ignoreIndex: -1 },
  { name: "nllloss_NCd1_weight", shape: [3, 5, 2], weight: five },
  { name: "nllloss_NCd1_weight_ii", shape: [3, 5, 2], weight: five, ignoreIndex: 1 },
  { name: "nllloss_NCd1d2", shape: [3, 5, 6, 6], reduction: "none" },
  { name: "nllloss_NCd1d2_no_weight_reduction_mean_ii", shape: [3, 5, 6, 6], ignoreIndex: 1 },
  { name: "nllloss_NCd1d2_reduction_mean", shape: [3, 5, 6, 6] },
  { name: "nllloss_NCd1d2_reduction_sum", shape: [3, 5, 6, 6], reduction: "sum" },
  { name: "nllloss_NCd1d2_with_weight", shape: [3, 5, 6, 6], reduction: "none", weight: five },
  { name: "nllloss_NCd1d2_with_weight_reduction_mean", shape: [3, 5, 6, 6], weight: five },
  { name: "nllloss_NCd1d2_with_weight_reduction_sum", shape: [3, 5, 6, 6], reduction: "sum", weight: five },
  {
    name: "nllloss_NCd1d2_with_weight_reduction_sum_ii",
    shape: [3, 5, 6, 6],
    reduction: "sum",
    weight: five,
    ignoreIndex: 0,
  },
  { name: "nllloss_NCd1d2d3_none_no_weight_negative_ii", shape: [3, 5, 6, 6, 5], reduction: "none", ignoreIndex: -5 },
  { name: "nllloss_NCd1d2d3_sum_weight_high_ii", shape: [3, 5], reduction: "sum", weight: five, ignoreIndex: 10 },
  { name: "nllloss_NCd1d2d3d4d5_mean_weight", shape: [3, 5, 6, 6, 5, 3, 4], weight: five },
  { name: "nllloss_NCd1d2d3d4d5_none_no_weight", shape: [3, 5, 6, 6, 5, 3, 4], reduction: "none" },
];

/** The formula of ONNX: -weight[label]·log(probability), and the mean is weighted. */
function byFormula({ shape, reduction, weight, ignoreIndex }: Case, logs: Float64Array, labels: Int32Array): number[] {
  const weightOf = (label: number) => (label === ignoreIndex ? 0 : weight === undefined ? 1 : weight[label]);
  const losses = placesAlong(shape, 1).map((places, row) =>
    labels[row] === ignoreIndex ? 0 : -weightOf(labels[row]) * logs[places[labels[row]]],
  );
  if (reduction === "none") return losses;
  const total = losses.reduce((a, b) => a + b, 0);
  return [reduction === "sum" ? total : total / labels.reduce((sum, label) => sum + weightOf(label), 0)];
}

function inputsOf({ shape, ignoreIndex }: Case) {
  const x = randomArray(Float64Array, sizeOf(shape), -1, 1, 3);
  const labels = randomClasses(sizeOf(shape) / shape[1], shape[1]);
  if (ignoreIndex !== undefined) labels[0] = ignoreIndex;
  const logs = Float64Array.from(x);
  for (const places of placesAlong(shape, 1)) {
    const logSum = Math.log(places.reduce((sum, at) => sum + Math.exp(x[at]), 0));
    for (const at of places) logs[at] = x[at] - logSum;
  }
  return { x, labels, logs };
}

/** The options that say a case here. */
function optionsOf({ shape, reduction, ignoreIndex, weight }: Case) {
  return { shape, axis: 1, reduction, ignoreIndex, weight: weight && Float64Array.from(weight) };
}

function expectClose(got: unknown, wanted: readonly number[]) {
  const values = typeof got === "number" ? [got] : Array.from(got as Float64Array);
  expect(values.length).toBe(wanted.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 12));
}

describeBackends("ONNX's", () => {
  it.each(crossEntropies)("$name, and its logarithms (…_log_prob)", (test) => {
    const { x, labels, logs } = inputsOf(test);
    expectClose(softmaxCrossEntropy(x, labels, optionsOf(test)), byFormula(test, logs, labels));
    expectClose(logSoftmax(x, { shape: test.shape, axis: 1 }), Array.from(logs));
  });

  it.each(likelihoods)("$name", (test) => {
    const { labels, logs } = inputsOf(test);
    const int64 = BigInt64Array.from(labels, BigInt);
    expectClose(nllLoss(logs, int64, optionsOf(test)), byFormula(test, logs, labels));
  });
});
