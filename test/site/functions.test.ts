import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { gelu, log, mish, sigmoid, silu } from "lanewise";
import { bitsOf, neighbour } from "../../site/src/functions/bits.js";
import { errorsOf, inputsOf } from "../../site/src/functions/curves.js";
import { sliderRange } from "../../site/src/functions/parameters.js";
import { within } from "../../site/src/functions/point.js";
import { moved, zoomed } from "../../site/src/functions/zoom.js";
import { expectAccessibleEverywhere, reload, withPage } from "./support.js";
import { moveFingers, type Place } from "./touch.js";

const handleOf = (page: Page) => page.getByRole("slider", { name: "The point's x" });
const xOf = async (page: Page) => Number(await handleOf(page).getAttribute("aria-valuenow"));
const namesOf = (page: Page) => page.locator("#names li").allInnerTexts();

/** The interval that is shown. */
async function viewOf(page: Page): Promise<[number, number]> {
  await page.waitForTimeout(100);
  const text = await page.locator("#view").innerText();
  const [, from, to] = /x from (\S+) to (\S+)/.exec(text)!;
  return [Number(from), Number(to)];
}

/** The middle of an element, in the window. */
async function middleOf(page: Page, selector: string): Promise<Place> {
  await page.locator(selector).scrollIntoViewIfNeeded();
  const box = (await page.locator(selector).boundingBox())!;
  return [box.x + box.width / 2, box.y + box.height / 2];
}

describe("the functions' page", () => {
  it("is accessible", async () => {
    await expectAccessibleEverywhere("functions.html?f=gelu,leakyRelu,hardtanh", async (page) => {
      await page.locator("#errors path").first().waitFor({ state: "attached" });
    });
  });

  it("chooses functions by keyboard and by family", async () => {
    await withPage("functions.html?f=relu", async (page) => {
      const box = page.getByRole("group", { name: "Smooth" }).getByRole("checkbox", { name: "mish" });
      await box.press("Space");
      await expect.poll(() => namesOf(page)).toEqual(["relu", "mish"]);
      expect(await page.locator("#values .drawing svg svg path[fill=none]").count()).toBe(2);
      await page.getByRole("checkbox", { name: "relu", exact: true }).uncheck();
      await expect.poll(() => namesOf(page)).toEqual(["mish"]);
      await expect.poll(() => page.url()).toMatch(/f=mish&/);
    });
  });

  it("shows where gelu, silu and mish differ", async () => {
    await withPage("functions.html", async (page) => {
      await page.getByRole("button", { name: /where they differ/ }).click();
      expect(await viewOf(page)).toEqual([-4, 2]);
      expect(await namesOf(page)).toEqual(["gelu", "silu", "mish"]);
    });
  });

  it("moves the point by mouse, and reads values and bits", async () => {
    await withPage("functions.html?f=sigmoid&x=0", async (page) => {
      const [x, y] = await middleOf(page, "#handle");
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 120, y + 30, { steps: 5 });
      await page.mouse.up();
      await expect.poll(() => xOf(page)).toBeGreaterThan(0.5);
      await page.waitForTimeout(100);
      const at = Math.fround(await xOf(page));
      const cells = await page.locator("#readings tr:nth-child(2) td").allInnerTexts();
      const [value] = sigmoid(Float32Array.of(at));
      expect(Math.fround(Number(cells[0]))).toBe(value);
      expect(cells.slice(1)).toEqual(Object.values(bitsOf(value)));
      expect(await viewOf(page)).toEqual([-4, 4]);
    });
  });

  it("moves the point by keys: by a hundredth of the width, by one float32, and to another curve", async () => {
    await withPage("functions.html?f=sigmoid,tanh&x=1", async (page) => {
      const handle = handleOf(page);
      await handle.press("ArrowRight");
      await expect.poll(() => xOf(page)).toBeCloseTo(1.08, 6);
      await handle.press("ArrowLeft");
      await handle.press("Home");
      await expect.poll(() => xOf(page)).toBe(-4);
      await handle.press("Shift+ArrowRight");
      await expect.poll(async () => Math.fround(await xOf(page))).toBe(neighbour(-4, 1));
      await handle.press("ArrowDown");
      await expect.poll(() => handle.getAttribute("aria-valuetext")).toContain("tanh is");
    });
  });

  it("keeps the point, and the focus, within the chart whatever key is pressed", async () => {
    // 0.1 as float32 is beyond 0.1.
    for (const [from, to] of [
      [-4, 4],
      [-0.1, 0.1],
    ]) {
      await withPage(`functions.html?f=sigmoid&x=0&from=${from}&to=${to}`, async (page) => {
        const handle = handleOf(page);
        for (const [key, end] of [
          ["End", to],
          ["PageUp", to],
          ["Shift+ArrowRight", to],
          ["Home", from],
          ["PageDown", from],
          ["ArrowLeft", from],
        ] as const) {
          await handle.press(key);
          await expect.poll(() => xOf(page)).toBeCloseTo(end, 6);
          expect(await handle.evaluate((element) => element === document.activeElement)).toBe(true);
          expect(Number(await handle.getAttribute("aria-valuemax"))).toBe(to);
          expect(await handle.isVisible()).toBe(true);
        }
      });
    }
  });

  it("does not bridge jumps", async () => {
    await withPage("functions.html?f=step,relu", async (page) => {
      const drawn = (chart: string) =>
        page
          .locator(`#${chart} .drawing svg svg path[fill=none]`)
          .evaluateAll((paths) => paths.map((path) => path.getAttribute("d")!.split("M").length - 1));
      await expect.poll(() => drawn("values")).toEqual([2, 1]);
      expect(await drawn("derivatives")).toEqual([1, 2]);
    });
  });

  it("gives the numbers of the axes their room", async () => {
    for (const width of [1280, 375]) {
      await withPage(
        "functions.html?f=relu&from=-0.00005&to=0.00005&x=0",
        async (page) => {
          await page.locator("#values svg text").first().waitFor();
          const beyond = await page.locator("#values").evaluate((frame) => {
            const [outer] = [frame.closest(".card")!.getBoundingClientRect()];
            const boxes = Array.from(frame.querySelectorAll("svg text"), (text) => text.getBoundingClientRect());
            const svg = frame.querySelector("svg")!.getBoundingClientRect();
            return boxes.filter(({ left, right }) => left < svg.left || right > svg.right || right > outer.right)
              .length;
          });
          expect(beyond).toBe(0);
        },
        { width },
      );
    }
  });

  it("says that nothing is chosen", async () => {
    await withPage("functions.html?f=tanh", async (page) => {
      await page.getByRole("checkbox", { name: "tanh", exact: true }).uncheck();
      await expect.poll(() => page.locator("#names").innerText()).toContain("Choose a function");
      await expect.poll(() => page.url()).not.toContain("tanh");
      await reload(page);
      expect(await page.locator("#names").innerText()).toContain("Choose a function");
      await page.getByRole("checkbox", { name: "tanh", exact: true }).check();
      await expect.poll(() => namesOf(page)).toEqual(["tanh"]);
    });
  });

  it("shows the usual functions where an address names none that it has, and says so", async () => {
    for (const name of ["foo", "softmax", "__proto__"]) {
      await withPage(`functions.html?f=${name}`, async (page) => {
        expect(await page.locator("#problems").innerText()).toContain(`f=${name}: it must be one of the list`);
        expect(await namesOf(page)).toEqual(["sigmoid", "tanh", "relu"]);
      });
    }
  });

  it("tells of sigmoid's derivative only where sigmoid is chosen, and of the largest of each", async () => {
    await withPage("functions.html?f=leakyRelu,sigmoid", async (page) => {
      const text = page.locator("#slopeText");
      await expect.poll(() => text.innerText()).toMatch(/leakyRelu 1, of sigmoid 0.25\. Sigmoid's is 1\/4/);
      await page.getByRole("checkbox", { name: "sigmoid", exact: true }).uncheck();
      await expect.poll(() => text.innerText()).toBe("The largest shown is of leakyRelu 1.");
    });
  });

  it("moves the point by finger", async () => {
    await withPage(
      "functions.html?f=silu&x=0",
      async (page) => {
        const [x, y] = await middleOf(page, "#handle");
        await moveFingers(page, [[x, y]], [[x - 60, y]]);
        await expect.poll(() => xOf(page)).toBeLessThan(-1);
        expect(await viewOf(page)).toEqual([-4, 4]);
      },
      { width: 375, touch: true },
    );
  });

  it("zooms and moves by wheel, drag, buttons and keys", async () => {
    await withPage("functions.html?f=silu&x=3", async (page) => {
      const [x, y] = await middleOf(page, "#derivatives");
      await page.mouse.move(x, y);
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, -400);
      await page.keyboard.up("Control");
      let [from, to] = await viewOf(page);
      expect(to - from).toBeLessThan(8);
      await page.mouse.down();
      await page.mouse.move(x + 100, y, { steps: 4 });
      await page.mouse.up();
      expect((await viewOf(page))[0]).toBeLessThan(from);
      await page.getByRole("button", { name: "Reset" }).click();
      expect(await viewOf(page)).toEqual([-4, 4]);
      await page.getByRole("button", { name: "Zoom in" }).click();
      [from, to] = await viewOf(page);
      expect(to - from).toBeCloseTo(8 / 1.5, 3);
      await page.locator("#values").press("0");
      expect(await viewOf(page)).toEqual([-4, 4]);
      await page.locator("#values").press("-");
      expect(await viewOf(page)).toEqual([-6, 6]);
      await page.locator("#values").press("ArrowRight");
      expect((await viewOf(page))[0]).toBeCloseTo(-4.8, 3);
    });
  });

  it("zooms by two fingers", async () => {
    await withPage(
      "functions.html?f=silu&x=3",
      async (page) => {
        const [x, y] = await middleOf(page, "#values");
        const apart = (by: number): Place[] => [
          [x - by, y + 20],
          [x + by, y + 20],
        ];
        await moveFingers(page, apart(30), apart(90));
        const [from, to] = await viewOf(page);
        expect(to - from).toBeLessThan(4);
      },
      { width: 375, touch: true },
    );
  });

  it("follows a parameter, and says why one is refused", async () => {
    await withPage("functions.html?f=hardtanh,leakyRelu", async (page) => {
      const path = page.locator("#values .drawing svg svg path[fill=none]").nth(1);
      const before = await path.getAttribute("d");
      const slope = page.getByRole("slider", { name: /negativeSlope/ });
      await slope.focus();
      await slope.press("End");
      await expect.poll(() => path.getAttribute("d")).not.toBe(before);
      await expect.poll(() => page.url()).toContain("leakyRelu.negativeSlope=2");
      await page.getByRole("slider", { name: /minVal/ }).press("End");
      expect(await page.getByRole("alert").allInnerTexts()).toContainEqual(
        expect.stringContaining("minVal must be less than maxVal, not 2 and 1"),
      );
    });
  });

  it("opens what an address tells, and says what in it is wrong", async () => {
    await withPage("functions.html?f=elu,foo&elu.alpha=0.5&x=-1&from=-2&to=1&gelu.approximate=no", async (page) => {
      expect(await viewOf(page)).toEqual([-2, 1]);
      expect(await page.locator("#problems").innerText()).toContain("f=foo: it must be one of the list");
      await expect(page.getByRole("slider", { name: /alpha/ }).inputValue()).resolves.toBe("0.5");
    });
  });

  it("shows where plain formulas fail, at other inputs too", async () => {
    await withPage("functions.html", async (page) => {
      const row = page.locator("#failures tr").first();
      expect(await row.locator("output").allInnerTexts()).toEqual(["NaN", "1"]);
      await row.getByRole("spinbutton").fill("0");
      expect(await row.locator("output").allInnerTexts()).toEqual(["0.5", "0.5"]);
      expect(await row.innerText()).toContain("the same");
      // Each begins where its plain formula is wrong.
      await reload(page);
      expect(await page.locator("#failures .good").count()).toBe(0);
      expect(await page.locator("#failures .bad").count()).toBeGreaterThan(8);
    });
  });
});

describe("what the functions' page computes", () => {
  it("points that stay within a view though its ends are no float32", () => {
    expect(within(4.8, [-4, 4])).toBe(4);
    expect(Math.fround(0.1)).toBeGreaterThan(0.1);
    expect(within(1, [-0.1, 0.1])).toBe(neighbour(Math.fround(0.1), -1));
    expect(within(-1, [-0.1, 0.1])).toBe(-neighbour(Math.fround(0.1), -1));
  });

  it("the bits of float32 numbers, and their neighbours", () => {
    expect(bitsOf(-0.75)).toEqual({ sign: "1", exponent: "01111110", fraction: `1${"0".repeat(22)}` });
    expect(neighbour(1, 1)).toBe(1 + 2 ** -23);
    expect(neighbour(1, -1)).toBe(1 - 2 ** -24);
    expect(neighbour(0, -1)).toBe(-(2 ** -149));
    expect(neighbour(-(2 ** -149), 2)).toBe(2 ** -149);
    expect(neighbour(3.4028234663852886e38, 1)).toBe(3.4028234663852886e38);
  });

  it("errors within the bounds of the definitions, and at least those of rounding", () => {
    for (const fn of [gelu, silu, mish]) {
      for (const ofDerivative of [false, true]) {
        const { lanewise, plain } = errorsOf(fn, ofDerivative, [-4, 2], 100, {}, true);
        const bound = fn.definition.ulp[ofDerivative ? "derivative" : "value"];
        const largest = Math.max(...lanewise);
        expect(largest).toBeGreaterThan(0.4);
        expect(largest).toBeLessThanOrEqual(bound);
        if (!ofDerivative) expect(Math.max(...plain!)).toBeGreaterThan(largest);
      }
    }
  });

  it("no errors where there is no value", () => {
    const { lanewise, plain } = errorsOf(log, false, [-4, 4], 100, {}, true);
    for (const errors of [lanewise, plain!]) {
      expect(errors.findIndex((error) => !Number.isNaN(error))).toBe(50);
      expect(errors.subarray(50).every((error) => error >= 0)).toBe(true);
    }
  });

  it("views that keep their place", () => {
    expect(zoomed([-4, 4], 0, 0.5)).toEqual([-2, 2]);
    expect(zoomed([-4, 4], 4, 0.5)).toEqual([0, 4]);
    expect(moved([-4, 4], 1)).toEqual([-3, 5]);
    expect([...inputsOf([0, 1], 3)]).toEqual([0, 0.5, 1]);
  });

  it("sliders that stay within a parameter's domain", () => {
    expect(sliderRange({ default: 0.01 })).toEqual([-2, 2]);
    expect(sliderRange({ default: 4, above: 0 })).toEqual([0.01, 8]);
    expect(sliderRange({ min: 0, max: 0.5 })).toEqual([0, 0.5]);
  });
});
