import { dtypeOf, float32 } from "../args/dtype.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { relu6Of, SIXTH } from "../formulas/ramps.js";
import { quotientOf, sumError, twoProductError } from "../formulas/twoProduct.js";
import { type HardSigmoidKernels, hardSigmoidModule } from "../generated/modules/hardSigmoid.js";

/** The parameters of `hardSigmoid`. */
export interface HardSigmoidParameters {
  /** The slope between the kinks, greater than 0. Default: 1/6. */
  readonly slope: number | undefined;
  /** The value at 0. Default: 0.5. */
  readonly offset: number | undefined;
}

/**
 * Hard sigmoid, `min(max(x + 3, 0), 6) / 6`: sigmoid drawn with a ruler. With `slope` or `offset` it is min(max(slope·x + offset, 0), 1).
 *
 * `slope` is a finite number greater than 0, by default 1/6, and `offset` a finite number, by default 0.5; for a Float32Array both are rounded
 * to float32. These are PyTorch's, JAX's and Keras 3's defaults; ONNX has a slope (alpha) of 0.2, as Keras 2 had.
 *
 * Its derivative is the slope between the kinks, else 0: also 0 at both kinks, -3 and 3 by default, as in PyTorch. hardSigmoid(-Infinity) is 0,
 * hardSigmoid(Infinity) is 1.
 *
 * @formula `\operatorname{hardSigmoid}(x) = \frac{\min(\max(x + 3, 0), 6)}{6}`
 * @formula `\operatorname{hardSigmoid}(x) = \min(\max(\mathrm{slope} \cdot x + \mathrm{offset}, 0), 1)`
 * @derivative `\operatorname{hardSigmoid}'(x) = \begin{cases} \frac{1}{6} & |x| < 3 \\ 0 & |x| \ge 3 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
 * @example
 * hardSigmoid(Float32Array.of(-3, 0, 1.5)); // Float32Array [0, 0.5, 0.75]
 * hardSigmoid(x, { slope: 0.2 });
 */
export const hardSigmoid: Elementwise<HardSigmoidParameters> = /* @__PURE__ */ elementwise<
  HardSigmoidParameters,
  HardSigmoidKernels
>({
  name: "hardSigmoid",
  family: "ramp",
  module: hardSigmoidModule,
  parameters: { slope: { above: 0 }, offset: {} },
  complete: (values, dtype) => {
    if (values.slope === undefined && values.offset === undefined) return;
    values.slope ??= dtype.round(1 / 6);
    // Not -0, to which a product that is -0 adds up to -0.
    values.offset = (values.offset ?? 0.5) + 0;
  },
  kernel: (values, dtype) => {
    if (!isGeneral(values)) return { name: "hardSigmoid" };
    const kinks = kinksOf(values);
    const [low, high] = [dtype.round(kinks.low), dtype.round(kinks.high)];
    const lowInside = isBetween(low, kinks) ? low : NaN;
    const highInside = isBetween(high, kinks) ? high : NaN;
    return { name: "hardSigmoidSlope", parameters: { ...values, low, high, lowInside, highInside } };
  },
  value: hardSigmoidOf,
  scalarLoop: (x, out, parameters) => {
    if (dtypeOf(x) === float32 && !isGeneral(parameters)) {
      // The operations of the kernel, for its bits.
      for (let i = 0; i < x.length; i++) out[i] = relu6Of(Math.fround(x[i] + 3)) * SIXTH;
    } else {
      for (let i = 0; i < x.length; i++) out[i] = hardSigmoidOf(x[i], parameters);
    }
  },
  derivative: (x, parameters) => {
    if (x !== x) return x;
    if (!isGeneral(parameters)) return Math.abs(x) >= 3 ? 0 : 1 / 6;
    if (parameters !== lastParameters) {
      lastKinks = kinksOf(parameters);
      lastParameters = parameters;
    }
    return isBetween(x, lastKinks) ? parameters.slope : 0;
  },
  ulp: { value: 2, derivative: 1 },
});

/** The parameters if any was given: then each of them has a value. */
interface GivenParameters {
  readonly slope: number;
  readonly offset: number;
}

function isGeneral(parameters: HardSigmoidParameters): parameters is GivenParameters {
  return parameters.slope !== undefined;
}

function hardSigmoidOf(x: number, parameters: HardSigmoidParameters): number {
  if (!isGeneral(parameters)) return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6;
  const { slope, offset } = parameters;
  const product = slope * x;
  const sum = product + offset + twoProductError(slope, x, product);
  return sum <= 0 ? 0 : sum >= 1 ? 1 : sum;
}

/** Where slope·x + offset is 0 and 1, rounded; the `inside` ones are the same numbers where they lie between the exact kinks, or NaN. */
interface Kinks {
  readonly low: number;
  readonly high: number;
  readonly lowInside: number;
  readonly highInside: number;
}

let lastParameters: HardSigmoidParameters | undefined;
let lastKinks: Kinks;

function kinksOf({ slope, offset }: GivenParameters): Kinks {
  const rest = 1 - offset;
  const restLow = sumError(1, -offset, rest);
  const low = -offset / slope;
  const high = quotientOf(rest, restLow, slope);
  // In a larger unit the product of the least numbers has no error that is lost.
  const unit = Math.abs(offset) < 2 ** -900 ? 2 ** 200 : 1;
  return {
    low,
    // It is NaN where the quotient is infinite.
    high: high === high ? high : rest / slope,
    lowInside: sideOf(slope, low * unit, offset * unit, 0) > 0 ? low : NaN,
    highInside: sideOf(slope, high, -rest, -restLow) < 0 ? high : NaN,
  };
}

/** A number of the sign of slope·x + offset + offsetLow, near its zero. */
function sideOf(slope: number, x: number, offset: number, offsetLow: number): number {
  const product = slope * x;
  const error = twoProductError(slope, x, product);
  const low = error + offsetLow;
  return product + offset + low || sumError(error, offsetLow, low);
}

function isBetween(x: number, { low, high, lowInside, highInside }: Kinks): boolean {
  return (x > low && x < high) || x === lowInside || x === highInside;
}
