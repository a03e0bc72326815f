import { expect, it } from "vitest";
import { errorFromParts, leastSpacing } from "../bench/ulp.js";
import { functions } from "../src/index.js";
import type { WorstPoint } from "../accuracy/worst.js";
import worstPoints from "./golden/worst.json" with { type: "json" };
import { callsOf, describeBackends } from "./support/backends.js";

// Points at which results of some backend were over their bound or near it, with exact results: made by
// `npm run accuracy -- --float64 --remember`.
const worst = worstPoints as unknown as readonly WorstPoint[];
const forms = [...new Set(worst.map(({ function: name, kind }) => `${name}, ${kind}`))];

describeBackends("float64 at the worst points", (backend) => {
  it.each(forms)("%s: within its bound", (form) => {
    const [name, kind] = form.split(", ") as [string, "value" | "derivative"];
    const fn = functions.find((fn) => fn.name === name)!;
    for (const point of worst.filter((point) => `${point.function}, ${point.kind}` === form)) {
      const { call, bound, crossing, title } = callsOf(fn, point.parameters, false)[kind];
      const [got] = call(Float64Array.of(point.x));
      const least = leastSpacing(crossing, bound, point.x, false);
      const error = errorFromParts(got, point.nearest, point.rest, least);
      expect(error, `${title}(${point.x}) on ${backend} gave ${got}`).toBeLessThanOrEqual(bound);
    }
  });
});
