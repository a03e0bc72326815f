import { type Elementwise, elementwise } from "../families/elementwise.js";
import { mulSigmoid, mulSigmoidDerivative } from "../formulas/mulSigmoid.js";
import { tailDerivative, tailTimesA } from "../formulas/normal.js";
import { sumError, twoProductError } from "../formulas/twoProduct.js";
import { type GeluKernels, geluModule } from "../generated/modules/gelu.js";

/** The parameter of `gelu`. */
export interface GeluParameter {
  /** The function itself, or the approximation by tanh that some models were trained with. Default: "none". */
  readonly approximate: "none" | "tanh";
}

/**
 * Gaussian error linear unit, `x·Φ(x)`, where Φ is the distribution function of the normal
 * distribution; with `approximate: "tanh"` it is x·½(1 + tanh(√(2/π)·(x + 0.044715·x³))).
 *
 * `approximate` is "none", the default, or "tanh", whose constant is the float64 next to 0.044715, as in PyTorch.
 *
 * Its derivative is Φ(x) + x·φ(x), which crosses zero at x = -0.752. gelu(-Infinity) is -0.
 *
 * @formula `\operatorname{gelu}(x) = x\,\Phi(x) = \frac{x}{2}\left(1 + \operatorname{erf}\left(\frac{x}{\sqrt{2}}\right)\right)`
 * @formula `\operatorname{gelu}_{\tanh}(x) = \frac{x}{2}\left(1 + \tanh\left(\sqrt{\frac{2}{\pi}}\left(x + 0.044715\,x^3\right)\right)\right)`
 * @derivative `\operatorname{gelu}'(x) = \Phi(x) + x\,\varphi(x)`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GELU.html
 * @example
 * gelu(Float32Array.of(-1, 0, 2)); // Float32Array [-0.15865526, 0, 1.9544997]
 */
export const gelu: Elementwise<GeluParameter> = /* @__PURE__ */ elementwise<GeluParameter, GeluKernels>({
  name: "gelu",
  family: "smooth",
  module: geluModule,
  parameters: { approximate: { default: "none", choices: ["none", "tanh"] } },
  kernel: ({ approximate }) => ({ name: approximate === "tanh" ? "geluTanh" : "gelu" }),
  value: (x, { approximate }) => (approximate === "tanh" ? geluTanh(x) : geluExact(x)),
  derivative: (x, { approximate }) => (approximate === "tanh" ? geluTanhDerivative(x) : geluDerivative(x)),
  ulp: { value: 4, derivative: 4 },
  crossing: () => ({ from: -1.283, to: -0.485, largest: 1.1289041451851547 }),
});

function geluExact(x: number): number {
  const a = Math.min(Math.abs(x), 39);
  const tail = tailTimesA(a);
  // A zero keeps its sign.
  return x > 0 ? x - tail : x && -tail;
}

function geluDerivative(x: number): number {
  const derivative = tailDerivative(Math.min(Math.abs(x), 39));
  return x < 0 ? derivative : 1 - derivative;
}

// 2·√(2/π), and that times 0.044715, each in two parts, of which the second needs few digits.
const LINEAR = 1.5957691216057308;
const LINEAR_LOW = -9.96931e-17;
const CUBIC = 0.07135481627260025;
const CUBIC_LOW = -4.12186e-18;

/** A function of x·sigmoid(x·w), which is the approximation, by y, x·w, its rounding error, and x·w less LINEAR·x, for y in range. */
function byTanh(x: number, then: (x: number, t: number, tLow: number, cubic: number) => number): number {
  // Where the argument of the sigmoid matters.
  const y = Math.max(-22, Math.min(x, 22));
  const square = y * y;
  const cubic = CUBIC * square;
  const w = LINEAR + cubic;
  const cubicError = twoProductError(CUBIC, square, cubic) + CUBIC_LOW * square + CUBIC * twoProductError(y, y, square);
  const error = sumError(LINEAR, cubic, w) + cubicError + LINEAR_LOW;
  return then(Math.max(x, y), y * w, twoProductError(y, w, y * w) + y * error, y * cubic);
}

function geluTanh(x: number): number {
  return byTanh(x, mulSigmoid);
}

function geluTanhDerivative(x: number): number {
  return byTanh(x, (_, t, tLow, cubic) => mulSigmoidDerivative(t, tLow, t + 2 * cubic));
}
