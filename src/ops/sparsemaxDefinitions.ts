/** The definitions of sparsemax and of its gradient, which entmax15 shares. */

import { maxScalarSparsemax } from "../exec/tuning.js";
import type { RowDefinition } from "../families/rows.js";
import { indexOfMax, shareInfinity } from "../formulas/argmax.js";
import { type SparsemaxKernels, sparsemaxModule } from "../generated/modules/sparsemax.js";

export const sparsemaxDefinition: RowDefinition<SparsemaxKernels> = {
  name: "sparsemax",
  family: "softmax",
  module: sparsemaxModule,
  inputs: ["x"],
  hasTemperature: true,
  maskedFill: 0,
  maxScalarLength: maxScalarSparsemax,
  formula: (inputs, out, at, stride, columns, _, temperature) => {
    const x = inputs[0];
    const max = x[at + indexOfMax(x, at, stride, columns) * stride];
    if (!Number.isFinite(max)) {
      shareInfinity(x, out, at, stride, columns, max);
      return;
    }
    // Newton's method from below, as long as fewer and fewer elements are above the threshold.
    let threshold = -temperature;
    let support = Infinity;
    for (;;) {
      // Every fourth element in the same sum, as in the kernels: a short row has the same bits by each of them.
      let even = 0;
      let evenB = 0;
      let odd = 0;
      let oddB = 0;
      let count = 0;
      for (let i = 0, j = at; i < columns; i++, j += stride) {
        const above = x[j] - max - threshold;
        if (!(above > 0)) continue;
        if (i & 1) {
          if (i & 2) oddB += above;
          else odd += above;
        } else if (i & 2) evenB += above;
        else even += above;
        count++;
      }
      threshold += (even + evenB + (odd + oddB) - temperature) / count;
      if (count >= support || count === 1) break;
      support = count;
    }
    const inverse = 1 / temperature;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      const above = x[j] - max - threshold;
      out[j] = above > 0 ? above * inverse : 0;
    }
  },
  kernel: "sparsemax",
  begin: "sparsemax_beginSparsemax",
  passes: [
    { kernel: "sparsemax_findMax", reads: [0], writes: false },
    { kernel: "sparsemax_sumSupport", reads: [0], writes: false, finish: "sparsemax_newtonStep", repeats: true },
    { kernel: "sparsemax_project", reads: [0], writes: true },
  ],
};

export const sparsemaxGradientDefinition: RowDefinition<SparsemaxKernels> = {
  name: "sparsemax.backward",
  family: "softmax",
  module: sparsemaxModule,
  inputs: ["y", "dy"],
  hasTemperature: true,
  formula: ([y, dy], out, at, stride, columns, _, temperature) => {
    let sum = 0;
    let count = 0;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      if (!(y[j] > 0)) continue;
      sum += dy[j];
      count++;
    }
    const mean = sum / count;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      out[j] = y[j] > 0 ? (dy[j] - mean) / temperature : y[j] === y[j] ? 0 : NaN;
    }
  },
  kernel: "sparsemaxBackward",
  begin: "sparsemax_beginSparsemax",
  passes: [
    { kernel: "sparsemax_sumGradient", reads: [0, 1], writes: false },
    { kernel: "sparsemaxGradient", reads: [0, 1], writes: true },
  ],
};
