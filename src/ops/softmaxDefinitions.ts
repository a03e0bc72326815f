/** The definitions of softmax and of its gradient, which softmin and logSumExp share. */

import type { RowDefinition } from "../families/rows.js";
import { CompensatedSum, softmaxFormula } from "../formulas/softmax.js";
import { DOMINANT } from "../generated/layout.js";
import { type SoftmaxKernels, softmaxModule } from "../generated/modules/softmax.js";

export const softmaxDefinition: RowDefinition<SoftmaxKernels> = {
  name: "softmax",
  family: "softmax",
  module: softmaxModule,
  inputs: ["x"],
  hasTemperature: true,
  maskedFill: 0,
  hasCausalKernel: true,
  ulp: 4,
  formula: softmaxFormula,
  kernel: "softmax",
  begin: "softmax_beginRow",
  beginColumns: "softmax_beginColumns",
  passes: [
    { kernel: "softmax_rowMinMax", columns: "softmax_rowMinMaxColumns", reads: [0], writes: false },
    {
      kernel: "softmax_sumExp",
      columns: "softmax_sumExpColumns",
      reads: [0],
      writes: true,
      finish: "softmax_finishSum",
      finishColumns: "softmax_finishSumColumns",
    },
    { kernel: "softmax_scale", columns: "softmax_scaleColumns", reads: ["out"], writes: true },
  ],
};

export const softmaxGradientDefinition: RowDefinition<SoftmaxKernels> = {
  name: "softmax.backward",
  family: "softmax",
  module: softmaxModule,
  inputs: ["y", "dy"],
  hasTemperature: true,
  formula: ([y, dy], out, at, stride, columns, _, temperature) => {
    const dots = new CompensatedSum();
    // Only one element of softmax can be above the bound.
    let dominant = -1;
    let several = false;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      dots.add(y[j] * dy[j]);
      if (!(y[j] > DOMINANT)) continue;
      several ||= dominant >= 0;
      dominant = j;
    }
    if (several) dominant = -1;
    const total = dots.value;
    const differences = new CompensatedSum();
    if (dominant >= 0) {
      for (let i = 0, j = at; i < columns; i++, j += stride) differences.add(y[j] * (dy[dominant] - dy[j]));
    }
    const ofDominant = differences.value;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      // From the others alone where the element is dominant, because dy - Σ y·dy would cancel.
      const difference = j === dominant ? ofDominant : dy[j] - total;
      out[j] = Math.abs(temperature) < 1 ? (y[j] / temperature) * difference : y[j] * (difference / temperature);
    }
  },
  kernel: "softmaxBackward",
  begin: "softmax_beginGradient",
  beginColumns: "softmax_beginGradientColumns",
  passes: [
    {
      kernel: "softmax_dot",
      columns: "softmax_dotColumns",
      reads: [0, 1],
      writes: false,
      finish: "softmax_finishDot",
      finishColumns: "softmax_finishDotColumns",
    },
    {
      kernel: "softmax_sumDifferences",
      columns: "softmax_sumDifferencesColumns",
      reads: [0, 1],
      writes: false,
      optional: true,
    },
    { kernel: "softmaxGradient", columns: "softmaxGradientColumns", reads: [0, 1], writes: true },
  ],
};
