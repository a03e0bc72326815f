import { describe, expect, it } from "vitest";
import { expectAccessible, withPage } from "./support.js";

const pages = {
  functions: "#readings td:nth-child(5), #failures td:nth-child(4)",
  layers: "#layers td:nth-child(5)",
  sampling: "#orders td:nth-child(2), #orders td:nth-child(3)",
  softmax: "#stable td:nth-child(5)",
};

describe("at 375 px the tables", () => {
  for (const [name, last] of Object.entries(pages)) {
    it(`of ${name} show every cell with its heading, without scrolling`, async () => {
      await withPage(
        `${name}.html`,
        async (page) => {
          await page.locator(last).first().waitFor();
          const widths = await page
            .locator(".scroll")
            .evaluateAll((all) => all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
          expect(widths.length).toBeGreaterThan(0);
          expect(Math.max(...widths)).toBe(0);
          const heads = await page
            .locator(last)
            .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell, "::before").content));
          expect(heads.length).toBeGreaterThan(2);
          for (const head of heads) expect(head).toMatch(/\w/);
          expect(heads).not.toContain("none");
          await expectAccessible(page);
        },
        { width: 375 },
      );
    });
  }
});
