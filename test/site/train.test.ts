import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { expectAccessibleEverywhere, withPage } from "./support.js";

const status = (page: Page) => page.locator("#status");
const button = (page: Page, name: string) => page.getByRole("button", { name });

/** The numbers in the line of the page's state. */
async function read(page: Page): Promise<{ step: number; loss: number; right: number }> {
  const text = (await status(page).textContent())!;
  const [, step, loss, right] = /^Step ([\d,]+): loss ([\d.]+), ([\d.]+)/.exec(text) ?? [];
  return { step: Number(step?.replaceAll(",", "")), loss: Number(loss), right: Number(right) };
}

async function whenReady(page: Page): Promise<void> {
  await expect.poll(async () => (await read(page)).step, { timeout: 10_000 }).toBe(0);
}

/** Trains for so many steps at least. */
async function train(page: Page, steps: number): Promise<void> {
  await whenReady(page);
  await button(page, "Start").press("Enter");
  await expect.poll(async () => (await read(page)).step, { timeout: 60_000 }).toBeGreaterThanOrEqual(steps);
  await button(page, "Pause").press("Enter");
}

/** The pixels of the picture of the plane that are nearly black: those of the boundary. */
const boundaryLength = (page: Page) =>
  page.locator("#boundary").evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let dark = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] < 120) dark++;
    return dark / canvas.width;
  });

describe("the page that trains", () => {
  it("learns XOR with tanh", async () => {
    await withPage("train.html?shape=xor&activation=tanh&steps=20", async (page) => {
      await train(page, 400);
      const { loss, right } = await read(page);
      expect(right).toBeGreaterThan(97);
      expect(loss).toBeLessThan(0.1);
      expect(await page.locator("#loss path").count()).toBeGreaterThan(0);
    });
  });

  it("doesn't learn XOR without an activation, and says why", async () => {
    await withPage("train.html?shape=xor&activation=linear&steps=20", async (page) => {
      await train(page, 400);
      const { loss, right } = await read(page);
      expect(right).toBeLessThan(80);
      expect(loss).toBeGreaterThan(0.6);
      expect(await page.locator("#hint").textContent()).toContain("XOR has none");
    });
  });

  it("draws a boundary that changes until it parts the circles", async () => {
    await withPage("train.html?shape=circles&activation=relu&steps=20", async (page) => {
      await whenReady(page);
      const before = await boundaryLength(page);
      await train(page, 300);
      expect((await read(page)).right).toBeGreaterThan(97);
      const after = await boundaryLength(page);
      expect(after).toBeGreaterThan(0);
      expect(after).not.toBe(before);
    });
  });

  it("gives the same by the same seed, also after a reset, and another by another", async () => {
    const address = (seed: number) => `train.html?seed=${seed}&shape=circles&activation=silu`;
    const takeSteps = async (page: Page) => {
      await whenReady(page);
      for (let step = 1; step <= 10; step++) {
        await button(page, "One step").press("Enter");
        await expect.poll(async () => (await read(page)).step).toBe(step);
      }
      return (await status(page).textContent())!;
    };
    const states: string[] = [];
    await withPage(address(7), async (page) => {
      states.push(await takeSteps(page));
      await button(page, "Reset").press("Enter");
      states.push(await takeSteps(page));
    });
    await withPage(address(8), async (page) => {
      states.push(await takeSteps(page));
    });
    expect(states[1]).toBe(states[0]);
    expect(states[2]).not.toBe(states[0]);
  });

  it("goes on, pauses and begins anew by keyboard, and stores its settings in the address", async () => {
    await withPage("train.html", async (page) => {
      await whenReady(page);
      await page.getByLabel("Learning rate").press("ArrowRight");
      await page.getByLabel("Hidden units").press("Home");
      await page.getByLabel("Activation").selectOption("gelu");
      await page.getByLabel("Points").selectOption("spiral");
      await page.getByLabel("Seed").fill("5");
      await page.getByLabel("Seed").press("Enter");
      await expect
        .poll(() => new URL(page.url()).search)
        .toBe("?shape=spiral&activation=gelu&units=1&rate=0.3&seed=5&steps=2");
      // Enter in a field starts, as a form's does.
      await expect.poll(async () => (await read(page)).step).toBeGreaterThan(3);
      await button(page, "Pause").press("Space");
      const { step } = await read(page);
      await page.waitForTimeout(300);
      expect((await read(page)).step - step).toBeLessThanOrEqual(2);
      await button(page, "Reset").press("Space");
      await whenReady(page);
    });
  });

  it("offers every function that is used between layers, and warns of one whose derivative is 0", async () => {
    await withPage("train.html?activation=step", async (page) => {
      await whenReady(page);
      const names = await page.getByLabel("Activation").locator("option").allTextContents();
      expect(names[0]).toBe("linear (none)");
      for (const name of ["relu", "gelu", "mish", "erf", "hardSwish", "step"]) expect(names).toContain(name);
      for (const name of ["exp", "log", "softmax"]) expect(names).not.toContain(name);
      expect(await page.locator("#hint").textContent()).toContain("derivative of step is 0");
    });
  });

  it("says what is wrong in the address", async () => {
    await withPage("train.html?shape=moon&units=2000&rate=7&activation=foo", async (page) => {
      const hint = page.locator("#hint");
      await expect.poll(() => hint.textContent()).toContain('shape must be xor, circles, spiral, not "moon"');
      const text = await hint.textContent();
      expect(text).toContain('units must be a whole number from 1 to 32, not "2000"');
      expect(text).toContain("rate must be one of 0.001");
      expect(text).toContain('there is no activation "foo"');
    });
  });

  it("stays free while it trains", async () => {
    await withPage("train.html?shape=spiral&steps=50&units=32", async (page) => {
      await whenReady(page);
      await button(page, "Start").click();
      const longest = await page.evaluate(async () => {
        let last = performance.now();
        let gap = 0;
        const end = last + 2000;
        while (last < end) {
          await new Promise((resolve) => setTimeout(resolve));
          const now = performance.now();
          gap = Math.max(gap, now - last);
          last = now;
        }
        return gap;
      });
      expect(longest).toBeLessThan(500);
    });
  });

  it("is accessible, while it trains too", async () => {
    await expectAccessibleEverywhere("train.html", async (page) => {
      await whenReady(page);
      await button(page, "Start").click();
      await expect.poll(async () => (await read(page)).step).toBeGreaterThan(10);
    });
  });
});
