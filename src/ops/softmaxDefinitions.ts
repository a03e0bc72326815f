/** The definitions of softmax and of its gradient, which softmin and logSumExp share. */

import type { RowDefinition } from "../families/rows.js";
import { CompensatedSum, softmaxFormula } from "../formulas/softmax.js";
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
    const sum = new CompensatedSum();
    for (let i = 0, j = at; i < columns; i++, j += stride) sum.add(y[j] * dy[j]);
    const mean = sum.value;
    for (let i = 0, j = at; i < columns; i++, j += stride) out[j] = (y[j] / temperature) * (dy[j] - mean);
  },
  kernel: "softmaxBackward",
  begin: "softmax_beginGradient",
  beginColumns: "softmax_beginColumns",
  passes: [
    { kernel: "softmax_dot", columns: "softmax_dotColumns", reads: [0, 1], writes: false },
    { kernel: "softmaxGradient", columns: "softmaxGradientColumns", reads: [0, 1], writes: true },
  ],
};
