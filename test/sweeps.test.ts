import { expect, it } from "vitest";
import { describeKernels } from "./support/backends.js";
import { describeWorst, sweep, sweeps } from "./support/sweep.js";

// 4.2 million inputs with the default parameters, or 1.0; on js, accuracy.test.ts has tested enough.
const stepped = sweeps.map((tested) => ({ ...tested, step: tested.setting === 0 ? 1021 : 4093 }));

describeKernels("accuracy", () => {
  it.each(stepped)("$title: float32 within $bound ulp, bit patterns in steps of $step", ({ step, ...tested }) => {
    const worst = sweep(tested, step);
    expect(worst.error, describeWorst(worst)).toBeLessThanOrEqual(tested.bound);
  });
});
