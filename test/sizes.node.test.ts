import { afterAll, describe, expect, it } from "vitest";
import { pack } from "../scripts/packed.js";
import { bundlers } from "../scripts/sizes/bundlers.js";
import { imports, Project } from "../scripts/sizes/measure.js";

/** The most bytes, gzipped, that a program may take which imports a function, by each bundler. */
const limits: Record<string, Record<string, number>> = {
  lanewise: {
    relu: 11_000,
    sigmoid: 12_000,
    tanh: 14_000,
    gelu: 14_000,
    softmax: 30_000,
    softmaxCrossEntropy: 38_000,
    sample: 15_000,
    everything: 190_000,
  },
  "lanewise/js": { relu: 5000, softmax: 8000 },
};

const packedLimit = 1_200_000;

const project = new Project();

afterAll(() => project[Symbol.dispose]());

describe.each(bundlers)("bundled by %s", (bundler) => {
  it.each(imports)("a program that imports $name from $from stays small", async (imported) => {
    const size = await project.size(bundler, imported);
    expect(size).toBeGreaterThan(1000); // it has something in it
    expect(size).toBeLessThanOrEqual(limits[imported.from][imported.name]);
  });
});

it("the packed package stays small", () => {
  const { size } = pack();
  expect(size).toBeGreaterThan(1000);
  expect(size).toBeLessThanOrEqual(packedLimit);
});
