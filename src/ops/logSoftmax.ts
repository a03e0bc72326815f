import { type RowDefinition, softmaxFunction, type SoftmaxFunction } from "../families/rows.js";
import { exp, expm1 } from "../formulas/elementary.js";
import { CompensatedSum, logSoftmaxFormula } from "../formulas/softmax.js";
import { DOMINANT_LOG } from "../generated/layout.js";
import { type LogSoftmaxKernels, logSoftmaxModule } from "../generated/modules/logSoftmax.js";

const logSoftmaxDefinition: RowDefinition<LogSoftmaxKernels> = {
  name: "logSoftmax",
  family: "softmax",
  module: logSoftmaxModule,
  inputs: ["x"],
  hasTemperature: true,
  maskedFill: -Infinity,
  hasCausalKernel: true,
  ulp: 2,
  formula: logSoftmaxFormula,
  kernel: "logSoftmax",
  begin: "logSoftmax_beginRow",
  beginColumns: "logSoftmax_beginColumns",
  passes: [
    { kernel: "logSoftmax_rowMinMax", columns: "logSoftmax_rowMinMaxColumns", reads: [0], writes: false },
    {
      kernel: "logSoftmax_sumExpBelowMax",
      columns: "logSoftmax_sumExpBelowMaxColumns",
      reads: [0],
      writes: false,
      finish: "logSoftmax_finishLogSum",
      finishColumns: "logSoftmax_finishLogSumColumns",
    },
    { kernel: "logSoftmax_subtractLogSum", columns: "logSoftmax_subtractLogSumColumns", reads: [0], writes: true },
  ],
};

const gradientDefinition: RowDefinition<LogSoftmaxKernels> = {
  name: "logSoftmax.backward",
  family: "softmax",
  module: logSoftmaxModule,
  inputs: ["y", "dy"],
  hasTemperature: true,
  formula: ([y, dy], out, at, stride, columns, _, temperature) => {
    const sum = new CompensatedSum();
    let dominant = 0;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      // An element whose logarithm is -Infinity was masked.
      if (y[j] > DOMINANT_LOG) dominant += dy[j];
      else if (y[j] !== -Infinity) sum.add(dy[j]);
    }
    const others = sum.value;
    const total = others + dominant;
    for (let i = 0, j = at; i < columns; i++, j += stride) {
      // From the others' sum where the element is dominant, because dy - e^y·Σ dy would cancel.
      const difference =
        y[j] > DOMINANT_LOG ? dy[j] - dominant - others - expm1(y[j]) * total : dy[j] - exp(y[j]) * total;
      out[j] = y[j] === -Infinity ? 0 : difference / temperature;
    }
  },
  kernel: "logSoftmaxBackward",
  begin: "logSoftmax_beginGradient",
  beginColumns: "logSoftmax_beginGradientColumns",
  passes: [
    { kernel: "logSoftmax_sumUnmasked", columns: "logSoftmax_sumUnmaskedColumns", reads: [0, 1], writes: false },
    { kernel: "logSoftmaxGradient", columns: "logSoftmaxGradientColumns", reads: [0, 1], writes: true },
  ],
};

/**
 * Logarithm of softmax along an axis, `x - log(Σ e^x)`: log-probabilities, without the rounding to 0 that softmax has.
 *
 * A row with Infinity gives -log(n) at each of n of them, else -Infinity; a row that is all -Infinity gives -Infinity, a row
 * with NaN gives NaN. Elements that a `mask` or `causal` attention masks give -Infinity, also all of a row, where PyTorch's gives NaN. With a `temperature`, from 1e-30 to
 * 1e30 and by default 1, it is the logarithm of the softmax of x / temperature.
 *
 * `logSoftmax.backward(y, dy)` takes the output y: (dy - e^y · Σ dy) / temperature, but 0 where y is -Infinity. Where e^y is
 * near 1, it is made of 1 - e^y and of the others' dy, so that it keeps its digits: its error is at most 16 epsilons (2^-23 for
 * float32, 2^-52 for float64) of |dy| · (1 - e^y) + e^y · Σ |the others' dy|.
 *
 * @formula `\operatorname{logSoftmax}(x)_i = \frac{x_i}{T} - \log \sum_j e^{x_j / T}`
 * @derivative `\frac{\partial y_i}{\partial x_j} = \frac{\delta_{ij} - e^{y_j}}{T}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
 * @example
 * logSoftmax(Float32Array.of(0.3, 2.9, 4)); // Float32Array [-4.0057144, -1.4057144, -0.3057145]
 */
export const logSoftmax: SoftmaxFunction = /* @__PURE__ */ softmaxFunction(logSoftmaxDefinition, gradientDefinition);
