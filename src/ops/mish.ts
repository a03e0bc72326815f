import { type Elementwise, elementwise } from "../families/elementwise.js";
import { mulExp } from "../formulas/exp.js";
import { mishModule } from "../generated/modules/mish.js";

/**
 * Mish, `x·tanh(log(1 + e^x))`: like silu, a little steeper.
 *
 * Its derivative crosses zero at x = -1.192. mish(-Infinity) is -0.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Mish.html
 * @example
 * mish(Float32Array.of(-1, 0, 2)); // Float32Array [-0.30340146, 0, 1.943959]
 */
export const mish: Elementwise = /* @__PURE__ */ elementwise({
  name: "mish",
  family: "smooth",
  module: mishModule,
  value: (x) => {
    if (x === -Infinity) return -0;
    if (x < -40) return mulExp(x, x);
    if (x > 40) return x;
    const e = Math.exp(-Math.abs(x));
    const h = x < 0 ? e * (e + 2) : 1 + 2 * e;
    return (x * h) / (h + (x < 0 ? 2 : 2 * e * e));
  },
  derivative: (x) => {
    if (x === -Infinity) return -0;
    if (x < -40) return mulExp(1 + x, x);
    if (x > 40) return 1;
    const e = Math.exp(-Math.abs(x));
    const k = 4 * (x + 1);
    const sum = x < 0 ? e * (k + e * (k + 2 + e * (4 + e))) : 1 + e * (4 + e * (k + 2 + e * k));
    const root = x < 0 ? 2 + e * (2 + e) : 1 + 2 * e * (1 + e);
    return sum / (root * root);
  },
  ulp: { value: 4, derivative: 4 },
  crossing: () => ({ from: -1.65, to: -0.8, largest: 1.088498161251728 }),
});
