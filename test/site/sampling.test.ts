import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { createSampler, topK, topP, xtc } from "lanewise/sampling";
import { CharacterModel } from "../../examples/generate/model.js";
import { kinds } from "../../site/src/sampling/kinds.js";
import { outcomeOf } from "../../site/src/sampling/outcome.js";
import { sources } from "../../site/src/sampling/sources.js";
import {
  BEGINNING,
  chainText,
  filterOf,
  LONGEST,
  LONGEST_BEGINNING,
  newStep,
  presets,
  readChain,
} from "../../site/src/sampling/state.js";
import { problemOf, Writer } from "../../site/src/sampling/writer.js";
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

/** The page with the network's distribution, as soon as it is there. */
function withNetwork(address: string, use: (page: Page) => Promise<void>): Promise<void> {
  return withPage(`sampling.html?text=model${address}`, async (page) => {
    await page.locator("#writing").waitFor();
    await use(page);
  });
}

/** What `npm run generate` writes, as it is printed where nothing breaks lines. */
function generated(prompt: string, seed: number, length: number, ...filters: string[]): string {
  const program = fileURLToPath(new URL("../../examples/generate/main.ts", import.meta.url));
  const args = ["--prompt", prompt, "--seed", String(seed), "--length", String(length), ...filters];
  const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", program, ...args]);
  expect(status).toBe(0);
  return stdout.toString();
}

const printed = (text: string) => `${text.replaceAll("\n", "\n\n")}\n`;

/** The text so far, with the lines that it has. */
const textSoFar = async (page: Page) =>
  `${await page.locator("#begun").textContent()}${await page.locator("#written").textContent()}`;

describe("the network that writes", () => {
  it("is accessible", async () => {
    await expectAccessibleEverywhere("sampling.html?text=model&beginning=%E2%80%9CQ", async (page) => {
      await page.getByRole("button", { name: "Write 100" }).click();
      await page.getByText("100 characters are written, 100 in all.").waitFor();
      await page.locator("#unknown").getByText("never read “ Q and").waitFor();
    });
  });

  it("is loaded where it is chosen, and all code of the page is below 300 kB then", async () => {
    await withPage("sampling.html", async (page) => {
      const files = async () =>
        page.evaluate(() => [...new Set(performance.getEntriesByType("resource").map(({ name }) => name))]);
      await page.waitForLoadState("networkidle");
      expect((await files()).filter((file) => file.endsWith(".bin"))).toEqual([]);
      expect(await page.locator("#writing").isHidden()).toBe(true);
      await page.getByLabel("Distribution").selectOption("model");
      await page.getByText(/ of 73 tokens can be drawn/).waitFor();
      await page.getByText("The numbers are made up").waitFor({ state: "hidden" });
      await expect.poll(() => page.url()).toContain("text=model");
      expect((await files()).filter((file) => file.endsWith(".bin"))).toHaveLength(1);
      const scripts = (await files()).filter((file) => file.endsWith(".js"));
      const sizes = await Promise.all(
        scripts.map(async (file) => gzipSync(await (await page.request.get(file)).body()).length),
      );
      expect(scripts.some((file) => file.includes("/network-"))).toBe(true);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
      await page.getByLabel("Distribution").selectOption("peaked");
      await page.locator("#writing").waitFor({ state: "hidden" });
      await page.getByText("The numbers are made up").waitFor();
    });
  });

  it("writes what npm run generate does, one by one and a hundred at once, and again the same", async () => {
    const chain = "repetitionPenalty:1.2,topK:12,temperature:0.8";
    const filters = ["--repetition-penalty", "1.2", "--top-k", "12", "--temperature", "0.8"];
    await withNetwork(`&chain=${chain}&seed=7&beginning=Mr.+Darcy+`, async (page) => {
      const one = page.getByRole("button", { name: "Write 1", exact: true });
      for (let time = 0; time < 2; time++) {
        await one.press("Enter");
        await one.press("Space");
        await page.getByText(/^Character 2 is “.*”\.$/).waitFor();
        await page.getByRole("button", { name: "Write 100" }).press("Enter");
        await page.getByText("100 characters are written, 102 in all.").waitFor();
        expect(printed(await textSoFar(page))).toBe(generated("Mr. Darcy ", 7, 102, ...filters));
        if (time === 0) await page.getByRole("button", { name: "Start over" }).click();
      }
      // Another seed goes on from where the text is.
      const before = await textSoFar(page);
      await page.getByLabel("Seed").fill("8");
      await page.getByRole("button", { name: "Write 100" }).click();
      await page.getByText("100 characters are written, 202 in all.").waitFor();
      expect(printed(await textSoFar(page))).toBe(generated(before, 8, 100, ...filters));
      await expect.poll(() => page.url()).toContain("beginning=Mr.+Darcy+");
    });
  });

  it("shows the distribution of what comes next, without reading it out at each character", async () => {
    await withNetwork("&chain=topK:3&beginning=My+dear+Mr.+B", async (page) => {
      expect(await page.locator("#tokens .token").allInnerTexts()).toHaveLength(24);
      expect(await textOf(page, "i")).toMatch(/ %$/);
      expect(await textOf(page, "y")).toBe("cut by 1. top-k");
      expect(await page.locator("#tokens .rest").innerText()).toMatch(
        /^49 others: 0\.0 %, [\d.]+ % before any filter$/,
      );
      await page.getByRole("button", { name: "Write 1", exact: true }).click();
      await page.getByText(/^Character 1 is/).waitFor();
      expect(await page.locator("#tokens-title").innerText()).toMatch(/^My dear Mr\. B[ieo]…$/);
      expect(await page.locator("#summary").getAttribute("aria-live")).toBe("off");
      await page.getByRole("slider", { name: "top-k, filter 1: k" }).fill("5");
      await expect.poll(() => page.locator("#summary").innerText()).toMatch(/^5 of 73/);
      expect(await page.locator("#summary").getAttribute("aria-live")).toBe("polite");
    });
  });

  it("takes what is typed, and says which characters it can't", async () => {
    await withNetwork("&chain=temperature:0", async (page) => {
      const field = page.getByLabel("The text begins with");
      expect(await field.inputValue()).toBe(BEGINNING);
      await field.fill("Elizabeth");
      await expect.poll(() => page.locator("#tokens-title").innerText()).toBe("Elizabeth…");
      await field.fill("Eliz@beth");
      expect(await page.locator("#unknown").innerText()).toMatch(/^The network has never read @ and/);
      expect(await field.getAttribute("aria-invalid")).toBe("true");
      expect(await textSoFar(page)).toBe("Elizabeth");
      await field.fill("");
      expect(await page.locator("#unknown").innerText()).toBe("");
      await page.getByRole("button", { name: "Write 100" }).click();
      await page.getByText("100 characters are written").waitFor();
      expect(printed(await textSoFar(page))).toBe(generated("\n", 1, 100, "--temperature", "0"));
      await expect.poll(() => page.url()).toContain("beginning=%0A");
    });
    await withNetwork(`&beginning=${"a".repeat(LONGEST_BEGINNING + 1)}`, async (page) => {
      expect(await page.locator("#problems").innerText()).toContain(`the first ${LONGEST_BEGINNING} are taken`);
      expect(await textSoFar(page)).toBe("a".repeat(LONGEST_BEGINNING));
    });
  });

  it("says that it can't be loaded, and stays with what there is", async () => {
    await withPage("sampling.html?text=peaked", async (page) => {
      await page.route("**/*.bin", (route) => route.fulfill({ body: "not weights" }));
      await page.getByLabel("Distribution").selectOption("model");
      await page.getByText(/^The network can’t be shown: /).waitFor();
      expect(await page.getByLabel("Distribution").inputValue()).toBe("peaked");
      await page.unroute("**/*.bin");
      await page.getByLabel("Distribution").selectOption("model");
      await page.locator("#writing").waitFor();
    });
  });

  it("has the text as the history of penalties", () => {
    const weights = readFileSync(new URL("../../examples/generate/weights.bin", import.meta.url));
    const model = CharacterModel.fromWeights(new Uint8Array(weights).buffer);
    const writer = new Writer(model);
    writer.begin("A new\nhouse ");
    const chain = readChain("frequencyPenalty:2,temperature:0", []);
    for (let i = 0; i < 30; i++) {
      const source = writer.source();
      expect(model.decode(source.history)).toBe(`A new\nhouse ${writer.written}`);
      expect(source.tokens[source.history[5]]).toBe("new line");
      const shown = outcomeOf(chain, source).after.indexOf(1);
      writer.write(1, chain.map(filterOf), 1);
      expect(writer.written.at(-1)).toBe(model.vocabulary[shown]);
    }
    expect(problemOf(BEGINNING, model.vocabulary)).toBeUndefined();
    expect(problemOf("a\tÉ", model.vocabulary)).toContain('never read "\\t" É and');
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
