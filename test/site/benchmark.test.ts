import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { race, type Standing } from "../../site/src/benchmark/race.js";
import type { Runner } from "../../site/src/benchmark/protocol.js";
import { expectAccessibleEverywhere, withPage } from "./support.js";

const SHORT = "time=50&sizes=1000&functions=relu+tanh";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const status = (page: Page) => page.locator("#status");

/** Waits until what can be measured is known. */
async function whenReady(page: Page): Promise<void> {
  await expect.poll(() => button(page, "Start").isEnabled(), { timeout: 10_000 }).toBe(true);
}

async function untilDone(page: Page): Promise<void> {
  await expect.poll(() => status(page).textContent(), { timeout: 60_000 }).toMatch(/^Done/);
}

/** The rows of the tables as texts, with the lengths of their bars. */
const rowsOf = (page: Page) =>
  page.locator("#results tbody tr").evaluateAll((rows) =>
    rows.map((row) => ({
      name: row.querySelector("th")!.textContent,
      numbers: Array.from(row.querySelectorAll("td"), (cell) => Number.parseFloat(cell.textContent)),
      bar: row.querySelector(".bar")!.getBoundingClientRect().width,
      fill: row.querySelector(".fill")!.getBoundingClientRect().width,
    })),
  );

describe("the page of benchmarks", () => {
  it("measures every backend that runs here, while the page stays free", async () => {
    await withPage(`benchmark.html?${SHORT}`, async (page) => {
      await whenReady(page);
      await button(page, "Start").press("Enter");
      const frames = await page.evaluate(async () => {
        let frames = 0;
        const end = performance.now() + 1000;
        while (performance.now() < end) {
          await new Promise(requestAnimationFrame);
          frames++;
        }
        return frames;
      });
      expect(frames).toBeGreaterThan(5);
      await untilDone(page);
      const rows = await rowsOf(page);
      const roles = ["plain JS", "js", "simd", "relaxed-simd"];
      expect(rows.map(({ name }) => name)).toEqual([...roles, ...roles]);
      for (const { numbers, bar, fill } of rows) {
        const [min, median, ratio] = numbers;
        expect(min).toBeGreaterThan(0);
        expect(median).toBeGreaterThanOrEqual(min);
        expect(ratio).toBeGreaterThan(0);
        expect(fill).toBeGreaterThan(0);
        expect(fill).toBeLessThanOrEqual(bar + 1);
      }
      expect(rows[0].numbers[2]).toBe(1);
      // The slower, the shorter; bars are still on their way to their lengths for a moment.
      await page.waitForTimeout(400);
      const tanh = (await rowsOf(page)).slice(4).sort((a, b) => a.numbers[0] - b.numbers[0]);
      const fills = tanh.map(({ fill }) => fill);
      expect(fills).toEqual(fills.slice().sort((a, b) => b - a));
    });
  });

  it("fills bars before it is done, and stops", async () => {
    await withPage("benchmark.html?time=1000&sizes=1000&functions=sigmoid", async (page) => {
      await whenReady(page);
      await button(page, "Start").click();
      await expect.poll(async () => (await rowsOf(page)).every(({ fill }) => fill > 0), { timeout: 30_000 }).toBe(true);
      expect(await status(page).textContent()).toBe("Measuring sigmoid, 1 of 1.");
      await button(page, "Stop").press("Space");
      await expect.poll(() => status(page).textContent()).toBe("Stopped: 0 of 1 measured.");
      await expect.poll(() => button(page, "Start").isEnabled()).toBe(true);
    });
  });

  it("measures in an arena, and says so", async () => {
    await withPage("benchmark.html?time=50&sizes=16&functions=swiglu+softmax+sigmoidCrossEntropy", async (page) => {
      await whenReady(page);
      const conditions = page.locator("#conditions");
      expect(await conditions.textContent()).toContain("copies into WebAssembly's memory and back: that is counted");
      await page.getByLabel("in an arena").check();
      expect(await conditions.textContent()).toContain("nothing is copied");
      await button(page, "Start").click();
      await untilDone(page);
      expect((await rowsOf(page)).every(({ numbers }) => numbers[0] > 0)).toBe(true);
    });
  });

  it("says under which conditions it measures", async () => {
    await withPage("benchmark.html", async (page) => {
      await whenReady(page);
      const text = (await page.locator("#conditions").innerText()).replaceAll("\n", " ");
      const threads = await page.evaluate(() => navigator.hardwareConcurrency);
      expect(text).toMatch(/Backend relaxed-simd available Backend simd available Backend js available/);
      expect(text).toMatch(/Browser (Headless ?)?(Chrome|Chromium) \d+/);
      expect(text).toContain(`${threads} threads`);
      expect(text).toContain("given the array to write to (out)");
    });
  });

  it("names the reason where a backend can't run", async () => {
    await withPage("index.html", async (page) => {
      // A browser that has no WebAssembly.
      await page.context().route("**/assets/worker-*.js", async (route) => {
        const response = await route.fetch();
        const code = `delete self.WebAssembly;${await response.text()}`;
        await route.fulfill({ response, body: code });
      });
      await page.goto(page.url().replace("index.html", `benchmark.html?${SHORT}`));
      await whenReady(page);
      expect(await page.locator("#conditions").innerText()).toMatch(/Backend simd\s+not available: \S+/);
      await button(page, "Start").click();
      await untilDone(page);
      const names = (await rowsOf(page)).map(({ name }) => name);
      expect(names).toEqual(["plain JS", "js", "plain JS", "js"]);
    });
  });

  it("keeps its settings in the address, and says what is wrong there", async () => {
    await withPage("benchmark.html?functions=mish+foo&sizes=16", async (page) => {
      await whenReady(page);
      expect(await status(page).textContent()).toMatch(/functions can't be foo; choose among .*sigmoid/);
      await page.locator("summary").press("Enter");
      await page.getByLabel("softplus").check();
      await page.getByLabel("1,000,000").press("Space");
      await page.getByLabel("Time for each").selectOption("1 s");
      await expect
        .poll(() => new URL(page.url()).search)
        .toBe("?functions=mish+softplus&sizes=16+1000000&placement=ordinary&time=1000");
      await page.getByLabel("mish").uncheck();
      await page.getByLabel("softplus").uncheck();
      await button(page, "Start").click();
      expect(await status(page).textContent()).toBe("Choose a function first.");
    });
  });

  it("is accessible with its results", async () => {
    await expectAccessibleEverywhere(`benchmark.html?${SHORT}`, async (page) => {
      await whenReady(page);
      await page.locator("summary").click();
      await button(page, "Start").click();
      await untilDone(page);
    });
  });
});

describe("a race", () => {
  /** A runner whose calls take so many milliseconds each, in each of its ways. */
  const runnerOf = (turns: string[], name: string, ways: readonly number[]): Runner => ({
    offer: () => ({ backends: [], subjects: [], clockStep: 0.1 }),
    prepare: () => ways.map((_, i) => `${name}${i}`),
    async slice(way, calls) {
      turns.push(`${name}${way}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return ways[way] * calls;
    },
  });

  it("gives all the same number of turns, another one first each round, and counts a role's fastest way", async () => {
    const turns: string[] = [];
    const runners = new Map([
      ["plain JS", runnerOf(turns, "plain", [4, 2])],
      ["simd", runnerOf(turns, "simd", [0.5])],
    ] as const);
    let last: readonly Standing[] = [];
    const signal = new AbortController().signal;
    const job = { name: "relu", size: 1000, placement: "ordinary" } as const;
    await race(runners, job, { time: 30, slice: 2, signal }, (standings) => (last = standings));
    expect(last).toEqual([
      { role: "plain JS", way: "plain1", ways: 2, min: 2000, median: 2000 },
      { role: "simd", way: "simd0", ways: 1, min: 500, median: 500 },
    ]);
    const count = (name: string) => turns.filter((turn) => turn === name).length;
    expect(new Set(["plain0", "plain1", "simd0"].map(count)).size).toBe(1);
    expect(turns.slice(0, 6)).toEqual(["plain0", "plain1", "simd0", "plain1", "simd0", "plain0"]);
  });

  it("ends at once where it is stopped", async () => {
    const turns: string[] = [];
    const controller = new AbortController();
    const runners = new Map([["simd", runnerOf(turns, "simd", [1])]] as const);
    const job = { name: "relu", size: 1, placement: "ordinary" } as const;
    controller.abort();
    await race(runners, job, { time: 1000, slice: 1, signal: controller.signal }, () => {});
    expect(turns).toEqual([]);
  });
});
