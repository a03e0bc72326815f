import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { relu, selu, sigmoid, tanh } from "lanewise";
import { compose, differenceOf, productOf } from "../../site/src/layers/collapse.js";
import { backward, drawAll, forward, LAYERS, makeNetwork, WIDTH } from "../../site/src/layers/network.js";
import { createRandom } from "../../examples/digits/random.js";
import { normals } from "../../site/src/normals.js";
import { deadShares, fateOf, histogram, momentsOf, normOf } from "../../site/src/layers/statistics.js";
import { expectAccessibleEverywhere, withPage } from "./support.js";
import { moveFingers } from "./touch.js";

const verdictOf = (page: Page) => page.locator("#verdict").innerText();

describe("the page of layers", () => {
  it("is accessible", async () => {
    await expectAccessibleEverywhere("layers.html?activation=relu&bias=-0.5", async (page) => {
      await page.locator("#strips svg").waitFor();
    });
  });

  it("shows gradients that vanish, explode and stay, and units that die", async () => {
    await withPage("layers.html", async (page) => {
      await expect.poll(() => verdictOf(page)).toMatch(/vanishes/);
      await page.getByRole("button", { name: /Exploding/ }).click();
      await expect.poll(() => verdictOf(page)).toMatch(/explodes/);
      await page.getByRole("button", { name: /Healthy/ }).press("Enter");
      await expect.poll(() => verdictOf(page)).toMatch(/all layers can learn/);
      await page.getByRole("button", { name: /Dying/ }).click();
      await expect.poll(() => verdictOf(page)).toMatch(/units are dead/);
      expect(await page.locator("#layers tr").last().innerText()).toMatch(/[1-9]\d* %$/);
    });
  });

  it("changes by select, slider and seed, and keeps it in the address", async () => {
    await withPage("layers.html", async (page) => {
      await page.getByRole("combobox", { name: "Activation" }).selectOption("tanh");
      const gain = page.getByRole("slider", { name: /Gain/ });
      await gain.press("Home");
      await expect.poll(() => page.url()).toMatch(/activation=tanh&gain=0.1/);
      await expect.poll(() => verdictOf(page)).toMatch(/vanishes/);
      const before = await page.locator("#layers").innerText();
      await page.getByRole("button", { name: "Other weights" }).click();
      await expect.poll(() => page.locator("#layers").innerText()).not.toBe(before);
      await expect.poll(() => page.url()).toContain("seed=2");
      await page.getByRole("spinbutton", { name: "Seed" }).fill("1");
      await expect.poll(() => page.locator("#layers").innerText()).toBe(before);
    });
  });

  it("keeps the axes of the gradients while the gain moves a little", async () => {
    await withPage("layers.html?activation=relu&gain=1.4", async (page) => {
      const axes = page.locator("#flow > svg");
      await axes.waitFor();
      // The curves to compare with come later.
      await page.locator("#collapse > svg").waitFor();
      await axes.evaluate((svg) => svg.setAttribute("data-kept", ""));
      const gain = page.getByRole("slider", { name: /Gain/ });
      const before = await page.locator("#layers").innerText();
      await gain.press("ArrowRight");
      await expect.poll(() => page.locator("#layers").innerText()).not.toBe(before);
      expect(await page.locator("#flow > svg[data-kept]").count()).toBe(1);
    });
  });

  it("moves the gain by finger at 375 px", async () => {
    await withPage(
      "layers.html?activation=relu",
      async (page) => {
        const gain = page.getByRole("slider", { name: /Gain/ });
        await gain.scrollIntoViewIfNeeded();
        const box = (await gain.boundingBox())!;
        const y = box.y + box.height / 2;
        await moveFingers(page, [[box.x + box.width * 0.25, y]], [[box.x + box.width * 0.9, y]]);
        await expect.poll(async () => Number(await gain.inputValue())).toBeGreaterThan(3);
        await expect.poll(() => verdictOf(page)).toMatch(/explodes/);
      },
      { width: 375, touch: true },
    );
  });

  it("shows that linear layers are one", async () => {
    await withPage("layers.html?activation=linear", async (page) => {
      const text = page.locator("#collapseText");
      await expect.poll(() => text.innerText()).toMatch(/product of the ten matrices/);
      expect(Number(/rounding: (\S+) of/.exec(await text.innerText())![1])).toBeLessThan(1e-5);
      await page.getByRole("combobox", { name: "Activation" }).selectOption("tanh");
      await expect.poll(() => page.locator("#collapseText").innerText()).toMatch(/Farthest from a straight line/);
    });
  });

  it("says what in an address is wrong", async () => {
    await withPage("layers.html?activation=foo&gain=99", async (page) => {
      const text = await page.locator("#problems").innerText();
      expect(text).toContain("activation=foo: it must be one of the list");
      expect(text).toContain("gain=99: it must be a number from 0.1 to 4");
    });
  });
});

describe("the network", () => {
  const drawn = drawAll(7);

  it("has a gradient that is the derivative of what it gives", () => {
    const network = makeNetwork(drawn, tanh, 1.2, 0.1);
    const inputs = Float64Array.from(drawn.inputs.subarray(0, WIDTH));
    const last = new Float32Array(WIDTH);
    last[3] = 1;
    const [gradient] = backward(network, forward(network, Float32Array.from(inputs)), last);
    const step = 1e-6;
    const at = (change: number) => {
      const { activations } = forward(
        network,
        inputs.map((value, i) => value + (i === 5 ? change : 0)),
      );
      return activations[LAYERS][3];
    };
    expect(gradient[5]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 5);
  });

  it("makes gradients vanish through sigmoid, and keeps signals of selu near mean 0 and deviation 1", () => {
    const norms = (gain: number, fn: typeof sigmoid) => {
      const network = makeNetwork(drawn, fn, gain, 0);
      return backward(network, forward(network, drawn.inputs), drawn.gradient).map(normOf);
    };
    expect(fateOf(norms(1, sigmoid))).toMatch(/vanishes/);
    expect(fateOf(norms(3, relu))).toMatch(/explodes/);
    expect(fateOf(norms(1, selu))).toMatch(/all layers can learn/);
    const { activations } = forward(makeNetwork(drawn, selu, 1, 0), drawn.inputs);
    const { mean, deviation } = momentsOf(activations[LAYERS]);
    expect(Math.abs(mean)).toBeLessThan(0.2);
    expect(deviation).toBeGreaterThan(0.7);
    expect(deviation).toBeLessThan(1.3);
  });

  it("counts the units that are dead", () => {
    const dying = makeNetwork(drawn, relu, 1, -2);
    const shares = deadShares(relu, forward(dying, drawn.inputs));
    expect(shares[LAYERS - 1]).toBe(1);
    expect(deadShares(sigmoid, forward(makeNetwork(drawn, sigmoid, 1, 0), drawn.inputs))[0]).toBe(0);
    expect(fateOf([0, 0, 1])).toMatch(/Nothing of the gradient/);
  });

  it("is one layer if its layers are linear, and bends if not", () => {
    const linear = makeNetwork(drawn, undefined, 1, 0);
    const single = { ...linear, weights: [productOf(linear)] };
    const [ten, one] = [linear, single].map((network) => forward(network, drawn.inputs).activations.at(-1)!);
    expect(differenceOf(ten, one)).toBeLessThan(1e-5);
    const direction = drawn.inputs.subarray(0, WIDTH);
    expect(compose(linear, direction).bend).toBeLessThan(1e-6);
    expect(compose(makeNetwork(drawn, tanh, 1, 0), direction).bend).toBeGreaterThan(0.05);
  });

  it("has normal random numbers that a seed gives again", () => {
    const numbers = (seed: number) => {
      const next = normals(createRandom(seed));
      return Float32Array.from({ length: 20000 }, next);
    };
    const { mean, deviation } = momentsOf(numbers(1));
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.03);
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
    expect(histogram(Float32Array.of(-9, -0.5, 0.5, 0.6, 9), [-1, 1], 2)).toEqual([2, 3]);
  });
});
