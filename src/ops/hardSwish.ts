import { dtypeOf, float32 } from "../args/dtype.js";
import { type Elementwise, elementwise } from "../families/elementwise.js";
import { SIXTH } from "../formulas/ramps.js";
import { hardSwishModule } from "../generated/modules/hardSwish.js";

/**
 * Hard swish, `x · min(max(x + 3, 0), 6) / 6`: silu drawn with a ruler.
 *
 * Its derivative is 0 for x <= -3, 1 for x >= 3, else x/3 + 1/2: at the kinks that of the outer pieces, as in PyTorch
 * (where it was -1/2 and 3/2 up to version 2.6). It crosses zero at -3/2. hardSwish(-Infinity) is 0, hardSwish(Infinity)
 * is Infinity.
 *
 * @formula `\operatorname{hardSwish}(x) = x \cdot \frac{\min(\max(x + 3, 0), 6)}{6}`
 * @derivative `\operatorname{hardSwish}'(x) = \begin{cases} 0 & x \le -3 \\ \frac{x}{3} + \frac{1}{2} & -3 < x < 3 \\ 1 & x \ge 3 \end{cases}`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Hardswish.html
 * @example
 * hardSwish(Float32Array.of(-1.5, 0, 4)); // Float32Array [-0.375, 0, 4]
 */
export const hardSwish: Elementwise = /* @__PURE__ */ elementwise({
  name: "hardSwish",
  family: "ramp",
  module: hardSwishModule,
  value: hardSwishOf,
  scalarLoop: (x, out) => {
    if (dtypeOf(x) === float32) {
      // The operations of the kernel, for its bits.
      for (let i = 0; i < x.length; i++) {
        const u = Math.max(x[i], Math.min(Math.fround(-3 - x[i]), 0));
        out[i] = u * Math.min(Math.fround(Math.fround(u * SIXTH) + 0.5), 1);
      }
    } else {
      for (let i = 0; i < x.length; i++) out[i] = hardSwishOf(x[i]);
    }
  },
  derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
  ulp: { value: 2, derivative: 2 },
});

function hardSwishOf(x: number): number {
  if (!(x > -3 && x < 3)) return x <= -3 ? 0 : x;
  // Mirrored at -3/2, so that the sum doesn't cancel.
  const u = x < -1.5 ? -3 - x : x;
  return u * (u * (1 / 6) + 0.5);
}
