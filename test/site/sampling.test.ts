import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { createSampler, topK, topP, xtc } from "lanewise/sampling";
import { kinds } from "../../site/src/sampling/kinds.js";
import { outcomeOf } from "../../site/src/sampling/outcome.js";
import { sources } from "../../site/src/sampling/sources.js";
import { chainText, filterOf, LONGEST, newStep, presets, readChain } from "../../site/src/sampling/state.js";
import { distanceOf } from "../../site/src/softmax/filters.js";
import { expectAccessibleEverywhere, withPage } from "./support.js";

const stepOf = (page: Page, place: number) => page.locator("#chain > li").nth(place - 1);

/** The names of the filters, in their order. */
function chainOf(page: Page): Promise<string[]> {
  return page.locator("#chain strong").allInnerTexts();
}

/** The text beside a token's bars. */
function textOf(page: Page, token: string): Promise<string> {
  const row = page.locator("#tokens li").filter({ has: page.getByText(token, { exact: true }) });
  return row.locator(".probability").innerText();
}

const focused = (page: Page) => page.evaluate(() => document.activeElement!.getAttribute("aria-label"));

describe("the page of choosing a token", () => {
  it("is accessible", async () => {
    await expectAccessibleEverywhere(
      "sampling.html?chain=minP:0.05,xtc:0.5:0.1,temperature:1.3,topP:0.9",
      async (page) => {
        await page.getByRole("button", { name: "Draw 100", exact: true }).click();
        await page.getByText(/^100 drawn/).waitFor();
      },
    );
  });

  it("adds filters, and tells which one cuts which token", async () => {
    await withPage("sampling.html?chain=none", async (page) => {
      expect(await page.locator("#summary").innerText()).toMatch(/^24 of 24 tokens can be drawn/);
      await page.getByLabel("Filter", { exact: true }).selectOption("topK");
      await page.getByRole("button", { name: "Add at the end" }).click();
      await page.getByLabel("Filter", { exact: true }).selectOption("minP");
      await page.getByRole("button", { name: "Add at the end" }).press("Enter");
      expect(await chainOf(page)).toEqual(["top-k", "min-p"]);
      await page.getByRole("spinbutton", { name: "top-k, filter 1: k, as a number" }).fill("6");
      await page.getByRole("slider", { name: "min-p, filter 2: p" }).fill("0.4");
      await expect.poll(() => textOf(page, "windowsill")).toBe("cut by 1. top-k");
      await expect.poll(() => textOf(page, "sofa")).toBe("cut by 2. min-p");
      expect(await stepOf(page, 1).locator(".left").innerText()).toMatch(
        /^Leaves 6 of 24, which had [\d.]+ % of the probability\.$/,
      );
      expect(await page.locator("#code").innerText()).toContain("createSampler([topK(6), minP(0.4)], { seed: 42 })");
      await expect.poll(() => page.url()).toContain("chain=topK%3A6%2CminP%3A0.4");
    });
  });

  it("moves and removes filters by keyboard, which stays where they are", async () => {
    await withPage("sampling.html?chain=temperature:2,topP:0.5,minP:0.5", async (page) => {
      await page.getByRole("button", { name: "Later: temperature, filter 1" }).press("Enter");
      expect(await chainOf(page)).toEqual(["top-p", "temperature", "min-p"]);
      expect(await focused(page)).toBe("Later: temperature, filter 2");
      expect(await page.locator("#said").innerText()).toBe("temperature is filter 2 of 3.");
      await page.keyboard.press("Enter");
      // It can be moved no further: the keyboard is at the button beside.
      expect(await focused(page)).toBe("Earlier: temperature, filter 3");
      await page.getByRole("button", { name: "Remove: min-p, filter 2" }).press("Space");
      expect(await chainOf(page)).toEqual(["top-p", "temperature"]);
      expect(await focused(page)).toBe("Remove: temperature, filter 2");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      expect(await chainOf(page)).toEqual([]);
      expect(await focused(page)).toBe("Filter");
    });
  });

  it("shows that the order matters", async () => {
    await withPage("sampling.html", async (page) => {
      const left = (await page.locator("#orders td:nth-child(2)").allInnerTexts()).map(Number);
      expect(left[0]).toBeGreaterThan(left[1]);
      await page.getByRole("button", { name: "Show top-p 0.9, then temperature 1.5" }).click();
      expect(await chainOf(page)).toEqual(["top-p", "temperature"]);
      await expect.poll(() => page.locator("#summary").innerText()).toMatch(new RegExp(`^${left[1]} of 24`));
      await page.getByLabel("Distribution").selectOption("peaked");
      await expect.poll(() => textOf(page, "Paris")).toMatch(/^\d/);
      expect(await page.locator("#tokens-title").innerText()).toContain("capital of France");
    });
  });

  it("tells what is cut at times from what is cut always", async () => {
    await withPage("sampling.html?text=peaks&chain=xtc:0.5:0.1,topP:0.95", async (page) => {
      expect(await stepOf(page, 1).locator(".left").innerText()).toMatch(/^In 50\.0 % of the draws leaves 23 of 24/);
      expect(await textOf(page, "tea")).toMatch(/^[\d.]+ %, at times cut by 1\. xtc$/);
      expect(await textOf(page, "gravel")).toBe("cut by 2. top-p");
      await page.getByRole("slider", { name: "xtc, filter 1: probability" }).fill("1");
      await expect.poll(() => textOf(page, "tea")).toBe("cut by 1. xtc");
    });
  });

  it("draws by its seed, again the same, and none of what is cut", async () => {
    await withPage("sampling.html?chain=topK:3&seed=7", async (page) => {
      const [tail] = sources;
      const sampler = createSampler([topK(3)], { seed: 7 });
      const wanted = Array.from({ length: 101 }, () => sampler.next(tail.logits, tail.history));
      const drawn = (count: number) =>
        page.getByText(`${count} drawn, the last “${tail.tokens[wanted[count - 1]]}”`).waitFor();
      for (let time = 0; time < 2; time++) {
        await page.getByRole("button", { name: "Draw 1", exact: true }).click();
        await drawn(1);
        await page.getByRole("button", { name: "Draw 100" }).press("Enter");
        await drawn(101);
        const counts = await page.locator("#tokens .count").allInnerTexts();
        expect(counts.slice(3).every((text) => text.startsWith("0 drawn"))).toBe(true);
        const mats = wanted.filter((token) => tail.tokens[token] === "mat").length;
        expect(counts[0]).toMatch(new RegExp(`^${mats} drawn`));
        await page.getByRole("button", { name: "Clear" }).click();
        await page.getByText("Nothing is drawn yet.").waitFor();
      }
      await page.getByRole("button", { name: "Draw 1,000" }).click();
      await page.getByText(/^1,000 drawn/).waitFor();
      await page.getByRole("button", { name: "Next" }).click();
      await expect.poll(() => page.url()).toContain("seed=8");
      await page.getByText("Nothing is drawn yet.").waitFor();
    });
  });

  it("takes no number that a filter refuses, and says so", async () => {
    await withPage("sampling.html?chain=topK:3", async (page) => {
      const field = page.getByRole("spinbutton", { name: "top-k, filter 1: k, as a number" });
      await field.fill("0");
      expect(await stepOf(page, 1).locator(".notice").innerText()).toBe("k must be an integer from 1 to 50.");
      expect(await page.locator("#summary").innerText()).toMatch(/^3 of 24/);
      await field.fill("5");
      expect(await stepOf(page, 1).locator(".notice").innerText()).toBe("");
      await expect.poll(() => page.locator("#summary").innerText()).toMatch(/^5 of 24/);
      await page.getByLabel("Seed").fill("-1");
      expect(await page.locator("#problems").innerText()).toContain("The seed must be an integer from 0 to 4294967295");
    });
  });

  it("says what in an address is wrong", async () => {
    await withPage("sampling.html?chain=topQ:1,topP:2,minP:0.1&text=war&seed=x", async (page) => {
      const text = await page.locator("#problems").innerText();
      expect(text).toContain("the filter topQ: it must be one of the list");
      expect(text).toContain("topP's p=2: it must be a number from 0 to 1");
      expect(text).toContain("text=war: it must be one of tail, peaked");
      expect(text).toContain("seed=x: it must be an integer");
      expect(await chainOf(page)).toEqual(["top-p", "min-p"]);
    });
  });

  it("has chains that people know, and an end of what can be added", async () => {
    await withPage("sampling.html", async (page) => {
      for (const { chain, name } of presets) {
        await page.getByRole("button", { name, exact: true }).click();
        expect(await chainOf(page), name).toEqual(readChain(chain, []).map(({ kind }) => kind.label));
      }
      const add = page.getByRole("button", { name: "Add at the end" });
      for (let i = 0; i < LONGEST; i++) await add.click();
      expect(await add.isDisabled()).toBe(true);
      expect(await page.locator("#full").innerText()).toContain(`at most ${LONGEST} filters`);
    });
  });
});

describe("chains", () => {
  it("are in an address as they are", () => {
    const all = Array.from(kinds.values(), newStep);
    for (const step of all) expect(chainText(readChain(chainText([step]), []))).toBe(chainText([step]));
    const problems: string[] = [];
    expect(readChain(chainText(all), problems)).toHaveLength(LONGEST);
    expect(problems[0]).toContain(`the first ${LONGEST} are shown`);
    for (const { chain } of presets) expect(chainText(readChain(chain, problems))).toBe(chain);
    expect(problems).toHaveLength(1);
  });

  it("are written as programs make them", () => {
    for (const kind of kinds.values()) {
      const step = newStep(kind);
      expect(kind.code(...step.values)).toMatch(new RegExp(`^${kind.name}\\(`));
      expect(filterOf(step).name).toBe(kind.name);
    }
  });
});

describe("the outcome", () => {
  const [tail] = sources;

  it.each([
    ...presets.map(({ chain }) => chain),
    "temperature:1.5,topP:0.9",
    "xtc:0.3:0.05,repetitionPenalty:1.5,xtc:0.6:0.2",
  ])("of %s is what its sampler draws", (text) => {
    const chain = readChain(text, []);
    const { after, problem } = outcomeOf(chain, tail);
    const sampler = createSampler(chain.map(filterOf), { seed: 3 });
    const counts = tail.tokens.map(() => 0);
    for (let i = 0; i < 20_000; i++) counts[sampler.next(tail.logits, tail.history)]++;
    expect(problem).toBeUndefined();
    expect(distanceOf(counts, after)).toBeLessThan(0.02);
    counts.forEach((count, i) => expect(count === 0 || after[i] > 0).toBe(true));
  });

  it("names the filter that cuts, and what each leaves", () => {
    const { cuts, steps } = outcomeOf(readChain("topK:10,topP:0.8", []), tail);
    const kept = createSampler([topK(10), topP(0.8)], { random: () => 1 - 2 ** -53 }).next(tail.logits);
    expect(cuts.slice(10)).toEqual(new Array(14).fill(0));
    expect(cuts.slice(0, kept + 1)).toEqual(new Array(kept + 1).fill(undefined));
    expect(cuts.slice(kept + 1, 10)).toEqual(new Array(9 - kept).fill(1));
    expect(steps.map(({ count }) => count)).toEqual([10, kept + 1]);
    expect(steps[1].mass).toBeGreaterThanOrEqual(0.8);
  });

  it("has xtc cut as often as it does", () => {
    const { after, cuts } = outcomeOf(readChain("xtc:0.25:0.1", []), tail);
    const always = outcomeOf(readChain("xtc:1:0.1", []), tail);
    const before = always.before;
    expect(cuts).toEqual(always.cuts);
    after.forEach((p, i) => expect(p).toBeCloseTo(0.25 * always.after[i] + 0.75 * before[i], 12));
    expect(createSampler([xtc({ probability: 1, threshold: 0.1 }), topK(1)]).next(tail.logits)).toBe(
      always.cuts.indexOf(undefined),
    );
  });
});
