import { type Elementwise, elementwise } from "../families/elementwise.js";
import { expm1, expRest, mulExp } from "../formulas/elementary.js";
import { isModerate, twoProductError } from "../formulas/twoProduct.js";
import { type SeluKernels, seluModule } from "../generated/modules/selu.js";

/** The parameters of `selu`. */
export interface SeluParameters {
  /** As x tends to -Infinity, the function tends to -scale·alpha. Default: 1.6732632423543772. */
  readonly alpha: number | undefined;
  /** The slope for x > 0, greater than 0. Default: 1.0507009873554805. */
  readonly scale: number | undefined;
}

const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;
// scale·alpha in two parts
const SCALE_ALPHA = 1.7580993408473766;
const SCALE_ALPHA_LOW = 5.75014648756476e-17;

/**
 * Scaled exponential linear unit, `scale·(x > 0 ? x : alpha·(e^x - 1))`: layer by layer it keeps sums near mean 0 and variance 1.
 *
 * `alpha` is a finite number, by default 1.6732632423543772, and `scale` a finite number greater than 0, by default 1.0507009873554805. For a
 * Float32Array, those that are given are rounded to float32.
 *
 * Its derivative is scale for x > 0, else scale·alpha·e^x, also at the kink x = 0, as in PyTorch. The sign of zero is kept.
 *
 * @formula `\operatorname{selu}(x) = 1.0507009873554805 \cdot \begin{cases} x & x > 0 \\ 1.6732632423543772\,(e^x - 1) & x \le 0 \end{cases}`
 * @formula `\operatorname{selu}(x) = \mathrm{scale} \cdot \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}`
 * @derivative `\operatorname{selu}'(x) = 1.0507009873554805 \cdot \begin{cases} 1 & x > 0 \\ 1.6732632423543772\,e^x & x \le 0 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SELU.html
 * @example
 * selu(Float32Array.of(-1, 0, 2)); // Float32Array [-1.1113307, 0, 2.101402]
 * selu(x, { alpha: 1.67326, scale: 1.0507 }); // as ONNX rounds them
 */
export const selu: Elementwise<SeluParameters> = /* @__PURE__ */ elementwise<SeluParameters, SeluKernels>({
  name: "selu",
  family: "smooth",
  module: seluModule,
  parameters: { alpha: {}, scale: { above: 0 } },
  kernel: (values, dtype) => {
    if (values.alpha === undefined && values.scale === undefined) return { name: "selu" };
    const [scale, product, low] = factorsOf(values);
    if (!isModerate(scale) || !isModerate(product)) return null;
    const scaleAlpha = dtype.round(product);
    const scaleAlphaError = (product - scaleAlpha + low) / scaleAlpha;
    return { name: "seluAlpha", parameters: { scale: dtype.round(scale), scaleAlpha, scaleAlphaError } };
  },
  value: (x, values) => {
    const [scale, product, low] = factorsOf(values);
    if (x >= 0) return scale * x;
    const e = expm1(x);
    return product * e + (low * e + product * expRest[0]);
  },
  derivative: (x, values) => {
    const [scale, product, low] = factorsOf(values);
    return x > 0 ? scale : mulExp(product, x, low / product || 0);
  },
  ulp: { value: 2, derivative: 4 },
});

const DEFAULT_FACTORS = [SCALE, SCALE_ALPHA, SCALE_ALPHA_LOW] as const;

/** The scale, and scale·alpha in two parts. */
function factorsOf({ alpha, scale }: SeluParameters): readonly [number, number, number] {
  if (alpha === undefined && scale === undefined) return DEFAULT_FACTORS;
  const [a, s] = [alpha ?? ALPHA, scale ?? SCALE];
  const product = a * s;
  return [s, product, twoProductError(a, s, product)];
}
