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
    let dominant = 0;
    let dominantY = 0;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      if (y[j] > DOMINANT) {
        dominant += y[j] * dy[j];
        dominantY += y[j];
      } else {
        dots.add(y[j] * dy[j]);
      }
    }
    const others = dots.value;
    const outputs = new CompensatedSum();
    if (dominantY > 0) {
      for (let i = 0, j = at; i < columns; i++, j += stride) if (!(y[j] > DOMINANT)) outputs.add(y[j]);
    }
    const otherY = outputs.value;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      // From the others alone where the element is dominant, because dy - Σ y·dy would cancel.
      const difference =
        y[j] > DOMINANT
          ? dy[j] * (otherY + (dominantY - y[j])) - (others + (dominant - y[j] * dy[j]))
          : dy[j] - (others + dominant);
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
      kernel: "softmax_sumOutput",
      columns: "softmax_sumOutputColumns",
      reads: [0],
      writes: false,
      optional: true,
    },
    { kernel: "softmaxGradient", columns: "softmaxGradientColumns", reads: [0, 1], writes: true },
  ],
};
