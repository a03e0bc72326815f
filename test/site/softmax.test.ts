import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { sample, softmax } from "lanewise";
import { percent } from "../../site/src/numbers.js";
import { distanceOf, filter, naiveSoftmax } from "../../site/src/softmax/filters.js";
import { expectAccessibleEverywhere, withPage } from "./support.js";
import { moveFingers } from "./touch.js";

const logitOf = (page: Page, token: string) => page.getByRole("slider", { name: `Logit of ${token}` });
const rowOf = (page: Page, token: string) => page.locator("#tokens li").filter({ hasText: token });

/** The text beside a token's bars. */
function textOf(page: Page, token: string): Promise<string> {
  return rowOf(page, token).locator(".probability").innerText();
}

/** How many of all tokens were drawn. */
async function drawnOf(page: Page): Promise<number> {
  const text = await page.locator("#drawn").innerText();
  return Number((/^([\d,]+) drawn/.exec(text)?.[1] ?? "0").replaceAll(",", ""));
}

describe("the page of softmax and sampling", () => {
  it("is accessible", async () => {
    await expectAccessibleEverywhere("softmax.html?topP=0.9&shift=1000", async (page) => {
      await page.getByRole("button", { name: "Draw 100" }).click();
    });
  });

  it("moves logits by mouse, finger and key", async () => {
    await withPage(
      "softmax.html",
      async (page) => {
        const before = parseFloat(await textOf(page, "moon"));
        const slider = logitOf(page, "moon");
        await slider.scrollIntoViewIfNeeded();
        const box = (await slider.boundingBox())!;
        const y = box.y + box.height / 2;
        await page.mouse.click(box.x + box.width * 0.75, y);
        await expect.poll(async () => parseFloat(await textOf(page, "moon"))).toBeGreaterThan(before);
        const clicked = Number(await slider.inputValue());
        expect(Math.abs(clicked - 5)).toBeLessThan(1);
        await moveFingers(page, [[box.x + box.width * 0.75, y]], [[box.x + box.width * 0.5, y]]);
        await expect.poll(async () => Number(await slider.inputValue())).toBeLessThan(2);
        await slider.press("Home");
        await expect.poll(() => slider.inputValue()).toBe("-10");
        await slider.press("ArrowRight");
        await expect.poll(() => slider.inputValue()).toBe("-9.9");
        await expect.poll(() => page.url()).toContain("-9.9");
      },
      { touch: true, width: 375 },
    );
  });

  it("cuts by top-k, top-p and min-p, and says which did", async () => {
    await withPage("softmax.html", async (page) => {
      await page.getByRole("slider", { name: "top-k" }).press("ArrowLeft");
      await expect.poll(() => textOf(page, "moon")).toBe("cut by top-k");
      await page.getByRole("slider", { name: "top-p" }).press("Home");
      await expect.poll(() => textOf(page, "sofa")).toBe("cut by top-p");
      expect(await textOf(page, "mat")).toBe("100.0 %");
      await page.getByRole("button", { name: "Plain" }).click();
      await page.getByRole("slider", { name: "min-p" }).press("End");
      await expect.poll(() => textOf(page, "sofa")).toBe("cut by min-p");
    });
  });

  it("a low temperature makes the first likelier, a high one all alike", async () => {
    await withPage("softmax.html", async (page) => {
      const plain = parseFloat(await textOf(page, "mat"));
      const slider = page.getByRole("slider", { name: "Temperature" });
      await slider.press("Home");
      await expect.poll(async () => parseFloat(await textOf(page, "mat"))).toBeGreaterThan(99);
      await slider.press("End");
      await expect.poll(async () => parseFloat(await textOf(page, "mat"))).toBeLessThan(plain / 2);
      expect(await slider.getAttribute("aria-valuetext")).toBe("10");
    });
  });

  it("draws one, a hundred, and on and on, and none of what is cut", async () => {
    await withPage("softmax.html?topK=3", async (page) => {
      await page.getByRole("button", { name: "Draw 1", exact: true }).click();
      await expect.poll(() => drawnOf(page)).toBe(1);
      await page.getByRole("button", { name: "Draw 100" }).press("Enter");
      await expect.poll(() => drawnOf(page)).toBe(101);
      await page.getByRole("button", { name: "Run" }).click();
      await expect.poll(() => drawnOf(page)).toBeGreaterThan(1000);
      await page.getByRole("button", { name: "Stop" }).click();
      const text = await page.locator("#drawn").innerText();
      expect(parseFloat(/([\d.]+) %\.$/.exec(text)![1])).toBeLessThan(10);
      expect(await rowOf(page, "moon").locator(".count").innerText()).toMatch(/^0 drawn/);
      await page.getByRole("button", { name: "Clear" }).click();
      await expect.poll(() => drawnOf(page)).toBe(0);
    });
  });

  it("is stable where the naive formula is not", async () => {
    await withPage("softmax.html", async (page) => {
      const cells = (column: number) => page.locator(`#stable td:nth-child(${column})`).allInnerTexts();
      const before = await cells(5);
      expect(await cells(4)).toEqual(before);
      await page.getByRole("switch").press("Space");
      await expect.poll(() => cells(4)).toEqual(before.map(() => "NaN"));
      expect(await cells(5)).toEqual(before);
      expect(await textOf(page, "mat")).toBe(`${(Number(before[0]) * 100).toFixed(1)} %`);
    });
  });

  it("compares the formulas at the temperature that is set, also where the probabilities are small", async () => {
    await withPage("softmax.html?temperature=0.1", async (page) => {
      const cells = (column: number) => page.locator(`#stable td:nth-child(${column})`).allInnerTexts();
      const logits = (await cells(2)).map(Number);
      const expected = softmax(Float64Array.from(logits), { temperature: 0.1 });
      const shown = (await cells(5)).map(Number);
      shown.forEach((probability, i) => expect(probability / expected[i]).toBeCloseTo(1, 2));
      expect(await page.locator("#stableScale").innerText()).toContain("temperature set above, 0.1");
    });
  });

  it("gives neighbours the same digits", () => {
    expect([0.463, 0.093, 0.01, 0.002].map(percent)).toEqual(["46.3 %", "9.3 %", "1.0 %", "0.2 %"]);
    expect(percent(0.000123)).toBe("0.012 %");
  });

  it("says what in an address is wrong", async () => {
    await withPage("softmax.html?topP=2&logits=1,2&temperature=0.5", async (page) => {
      const text = await page.locator("#problems").innerText();
      expect(text).toContain("topP=2: it must be a number from 0.01 to 1");
      expect(text).toContain("8 numbers from -10 to 10");
      expect(await page.getByRole("slider", { name: "Temperature" }).getAttribute("aria-valuetext")).toBe("0.5");
    });
  });
});

describe("the filters", () => {
  const logits = Float64Array.of(2, -1, 2, 0.5, 1.2, -3, 0.1, 1);

  it("leave to each token the part of the numbers that sample gives it", () => {
    for (const sampling of [
      { temperature: 1, topK: 8, topP: 1, minP: 0 },
      { temperature: 0.5, topK: 3, topP: 1, minP: 0 },
      { temperature: 1, topK: 8, topP: 0.7, minP: 0 },
      { temperature: 2, topK: 6, topP: 0.8, minP: 0.5 },
      { temperature: 1, topK: 1, topP: 1, minP: 0 },
      { temperature: 1, topK: 8, topP: 1, minP: 0.3 },
    ]) {
      const { after, cuts } = filter(logits, sampling);
      const draws = 4000;
      const counts = new Array<number>(logits.length).fill(0);
      for (let i = 0; i < draws; i++) counts[sample(logits, { ...sampling, random: () => (i + 0.5) / draws })]++;
      expect(distanceOf(counts, after), JSON.stringify(sampling)).toBeLessThan(logits.length / draws);
      counts.forEach((count, i) => expect(count === 0).toBe(cuts[i] !== undefined));
    }
  });

  it("name the filter that cut", () => {
    const { cuts } = filter(logits, { temperature: 1, topK: 5, topP: 0.8, minP: 0.5 });
    expect(cuts).toEqual([undefined, "top-k", undefined, "top-p", "min-p", "top-k", "top-k", "top-p"]);
  });

  it("the naive formula overflows", () => {
    expect([...naiveSoftmax(Float64Array.of(1000, 999))]).toEqual([NaN, NaN]);
    expect(naiveSoftmax(Float64Array.of(0, 0))[0]).toBe(0.5);
  });
});
