import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { loadDigits, PIXELS, SIDE } from "../../examples/digits/data.js";
import { Network } from "../../examples/digits/network.js";
import { accuracy, predict } from "../../examples/digits/train.js";
import { fromFloat16 } from "../../src/float16.js";
import { split } from "../../site/src/digits/file.js";
import { centreOfMass, decodeStrokes, encodeStrokes, rasterise, snap } from "../../site/src/digits/strokes.js";
import { expectAccessibleEverywhere, reload, withPage } from "./support.js";

/** Where a pen turned while it wrote each digit, in hundredths of the paper. */
const recorded: readonly (readonly (readonly (readonly [number, number])[])[])[] = [
  [[[50, 20], [35, 30], [30, 50], [35, 70], [50, 80], [65, 70], [70, 50], [65, 30], [50, 20]]],
  [[[50, 20], [50, 80]]],
  [[[30, 35], [35, 22], [50, 17], [65, 25], [66, 40], [50, 60], [30, 80], [50, 80], [72, 80]]],
  [[[30, 22], [50, 15], [66, 26], [60, 42], [45, 48], [62, 55], [68, 70], [50, 85], [30, 78]]],
  [[[40, 15], [30, 55], [70, 55]], [[62, 35], [60, 88]]],
  [[[68, 18], [38, 18], [35, 45], [55, 42], [68, 58], [60, 78], [32, 82]]],
  [[[62, 15], [42, 35], [34, 60], [42, 80], [60, 80], [66, 65], [55, 53], [38, 60]]],
  [[[25, 20], [75, 20], [45, 85]]],
  [[[60, 28], [48, 18], [36, 28], [45, 42], [62, 60], [62, 78], [46, 84], [34, 72], [42, 55], [58, 42], [62, 28]]],
  [[[64, 32], [50, 20], [36, 32], [42, 48], [60, 44], [64, 32], [62, 60], [54, 86]]],
]; // prettier-ignore

const strokesOf = (digit: number) =>
  recorded[digit].map((stroke) => stroke.map(([x, y]) => ({ x: x / 100, y: y / 100 })));

/** Where strokes lie in the window. */
async function placesOf(page: Page, digit: number): Promise<{ x: number; y: number }[][]> {
  // The paper takes strokes once the network has been fetched, and then the samples are there.
  await page.locator("#samples button").first().waitFor();
  const box = (await page.locator("#paper").boundingBox())!;
  return strokesOf(digit).map((stroke) =>
    stroke.map(({ x, y }) => ({ x: box.x + x * box.width, y: box.y + y * box.height })),
  );
}

/** Draws a digit with the mouse. */
async function draw(page: Page, digit: number): Promise<void> {
  for (const [first, ...others] of await placesOf(page, digit)) {
    await page.mouse.move(first.x, first.y);
    await page.mouse.down();
    for (const { x, y } of others) await page.mouse.move(x, y, { steps: 4 });
    await page.mouse.up();
  }
}

const answer = (page: Page) => page.locator("#answer");
const likeliest = (page: Page) => page.locator("#probabilities .likeliest span").first();

describe("the page of digits", () => {
  it("recognises every digit that a mouse draws", async () => {
    await withPage("digits.html", async (page) => {
      for (let digit = 0; digit < 10; digit++) {
        await draw(page, digit);
        await expect.poll(() => answer(page).textContent()).toMatch(new RegExp(`^It reads an? ${digit}, \\d`));
        expect(await likeliest(page).textContent()).toBe(String(digit));
        await page.getByRole("button", { name: "Clear" }).click();
        expect(await answer(page).textContent()).toBe("Nothing is drawn yet.");
      }
    });
  });

  it("recognises while the pen is down", async () => {
    await withPage("digits.html", async (page) => {
      const [[first, second, third]] = await placesOf(page, 7);
      const widths = () =>
        page.locator("#probabilities .bar span").evaluateAll((bars) => bars.map(({ style }) => style.width));
      await page.mouse.move(first.x, first.y);
      await page.mouse.down();
      await page.mouse.move(second.x, second.y, { steps: 5 });
      await expect.poll(() => page.locator("#probabilities .likeliest").count()).toBe(1);
      const half = await widths();
      await page.mouse.move(third.x, third.y, { steps: 5 });
      await expect.poll(() => likeliest(page).textContent()).toBe("7");
      expect(await widths()).not.toEqual(half);
      // What is said aloud waits until the pen is lifted.
      expect(await answer(page).textContent()).toBe("Nothing is drawn yet.");
      await page.mouse.up();
      await expect.poll(() => answer(page).textContent()).toMatch(/^It reads a 7/);
    });
  });

  it("recognises what a finger draws, without moving the page", async () => {
    const options = { width: 375, height: 800, touch: true };
    await withPage(
      "digits.html",
      async (page) => {
        await page.locator("#paper").scrollIntoViewIfNeeded();
        const scrolled = await page.evaluate(() => scrollY);
        const devtools = await page.context().newCDPSession(page);
        for (const stroke of await placesOf(page, 3)) {
          const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
            devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points });
          await touch("touchStart", [stroke[0]]);
          for (const point of stroke.slice(1)) await touch("touchMove", [point]);
          await touch("touchEnd", []);
        }
        await expect.poll(() => answer(page).textContent()).toMatch(/^It reads a 3/);
        expect(await page.evaluate(() => scrollY)).toBe(scrolled);
      },
      options,
    );
  });

  it("takes test digits, and clears, by keyboard", async () => {
    await withPage("digits.html", async (page) => {
      const sample = page.getByRole("button", { name: /^Test digit \d+, a 5$/ });
      await sample.focus();
      await page.keyboard.press("Enter");
      expect(await answer(page).textContent()).toMatch(/^It reads a 5, .* which is right\.$/);
      expect(await sample.getAttribute("aria-pressed")).toBe("true");
      await page.getByRole("button", { name: "Clear" }).focus();
      await page.keyboard.press("Space");
      expect(await answer(page).textContent()).toBe("Nothing is drawn yet.");
      const wrong = page.locator("#samples button").last();
      await wrong.press("Enter");
      expect(await answer(page).textContent()).toMatch(/; it is an? \d\.$/);
    });
  });

  it("shows no activations before anything is drawn, nor after it is cleared", async () => {
    await withPage("digits.html", async (page) => {
      const painted = () =>
        page.locator("#hidden-0, #hidden-1").evaluateAll((canvases) =>
          canvases.map((canvas) => {
            const { width, height } = canvas as HTMLCanvasElement;
            const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
            return data.filter((byte, i) => i % 4 === 3 && byte > 0).length;
          }),
        );
      await page.locator("#samples button").first().waitFor();
      expect(await painted()).toEqual([0, 0]);
      await page.locator("#samples button").first().click();
      await expect.poll(painted).toEqual([50, 100]);
      expect(await page.locator("#hidden-0").getAttribute("class")).not.toContain("empty");
      await page.getByRole("button", { name: "Clear" }).click();
      await expect.poll(painted).toEqual([0, 0]);
      expect(await page.locator("#caption-0").innerText()).toContain("draw first");
      expect(await page.locator("#hidden-0").getAttribute("class")).toContain("empty");
    });
  });

  it("undoes a stroke, and keeps the others in the address", async () => {
    await withPage("digits.html", async (page) => {
      await draw(page, 4);
      const drawn = await answer(page).textContent();
      await expect.poll(() => page.url()).toMatch(/strokes=\w+\.\w+$/);
      await reload(page);
      await expect.poll(() => answer(page).textContent()).toBe(drawn);
      await page.getByRole("button", { name: "Undo a stroke" }).press("Enter");
      expect(await page.locator("#paper").getAttribute("aria-label")).toBe("Paper: 1 stroke");
      await expect.poll(() => page.url()).toMatch(/strokes=\w+$/);
    });
  });

  it.each([
    ["strokes=none!", "Nothing is drawn: the address holds no strokes"],
    ["sample=5", "Nothing is drawn: there is no sample 5, only "],
  ])("says what is wrong with ?%s", async (state, message) => {
    await withPage(`digits.html?${state}`, async (page) => {
      await expect.poll(() => answer(page).textContent()).toContain(message);
    });
  });

  it("is accessible", async () => {
    await expectAccessibleEverywhere("digits.html", async (page) => {
      await page.locator("#samples button").first().click();
    });
  });

  it("states the accuracy that the rounded weights have", async () => {
    const bytes = readFileSync(fileURLToPath(new URL("../../site/generated/digits.bin", import.meta.url)));
    const { about, weights } = split(new Uint8Array(bytes).buffer);
    const network = new Network([...about.sizes], 50, () => 0.5);
    network.layers.forEach((layer, i) => {
      layer.weights.set(fromFloat16(weights[2 * i]));
      layer.bias.set(fromFloat16(weights[2 * i + 1]));
    });
    const test = loadDigits("test");
    const share = accuracy(predict(network, test, 50), test.labels);
    expect(share).toBeGreaterThan(0.97);
    await withPage("digits.html", async (page) => {
      await expect.poll(() => page.locator("#about").textContent()).toContain(`${(100 * share).toFixed(2)}\u00a0%`);
    });
  });
});

describe("the picture of strokes", () => {
  it.each(recorded.map((_, digit) => digit))("of %i is centred as those of MNIST, in a box of 20 pixels", (digit) => {
    // Small, and in a corner.
    const strokes = strokesOf(digit).map((stroke) => stroke.map(({ x, y }) => ({ x: x / 3, y: y / 3 + 0.6 })));
    const pixels = rasterise(strokes)!;
    const centre = centreOfMass(pixels);
    expect(Math.hypot(centre.x - SIDE / 2, centre.y - SIDE / 2)).toBeLessThan(0.05);
    const inked = [...pixels.keys()].filter((i) => pixels[i] > 0.5);
    const sizeBy = (place: (i: number) => number) => Math.max(...inked.map(place)) - Math.min(...inked.map(place)) + 1;
    const size = Math.max(
      sizeBy((i) => i % SIDE),
      sizeBy((i) => Math.floor(i / SIDE)),
    );
    expect(Math.abs(size - 20)).toBeLessThanOrEqual(1);
    // The ink of the MNIST digits is from 19 to 313 pixels, 103 on the mean.
    const ink = pixels.reduce((sum, value) => sum + value, 0);
    expect(ink).toBeGreaterThan(30);
    expect(ink).toBeLessThan(200);
    expect(pixels).toHaveLength(PIXELS);
  });

  it("is none where nothing is drawn, and a dot where a pen has been put down", () => {
    expect(rasterise([])).toBeUndefined();
    expect(rasterise([[{ x: 0.1, y: 0.9 }]])!.reduce((sum, value) => sum + value, 0)).toBeLessThan(12);
  });

  it("is the same after an address has held its strokes", () => {
    const strokes = strokesOf(4).map((stroke) => stroke.map(snap));
    const text = encodeStrokes(strokes);
    expect(text).toMatch(/^[0-9a-z.]+$/);
    expect(rasterise(decodeStrokes(text))).toEqual(rasterise(strokes));
    expect(() => decodeStrokes("000")).toThrow("no strokes");
  });
});
