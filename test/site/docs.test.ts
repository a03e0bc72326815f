import { readFileSync } from "node:fs";
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { docstrings } from "../../scripts/docstrings.js";
import { addressOf, expectAccessibleEverywhere, withPage } from "./support.js";

describe("is accessible", () => {
  it.each([
    "docs/index.html",
    "docs/functions/index.html",
    "docs/functions/sigmoid.html",
    "docs/functions/softmax.html",
    "docs/functions/swiglu.html",
    "docs/functions/softmaxCrossEntropy.html",
    "docs/functions/sample.html",
    "docs/sampling/index.html",
    "docs/sampling/createSampler.html",
    "docs/sampling/mirostat.html",
    "docs/sampling/dry.html",
    "docs/sampling/gumbelSoftmax.html",
    "docs/accuracy.html",
    "docs/speed.html",
    "docs/guides/quick-start.html",
    "docs/guides/choosing.html",
    "docs/search.html?q=softmax",
    "api/index.html",
    "api/variables/lanewise.softmax.html",
    "api/functions/lanewise_sampling.topP.html",
  ])("%s", async (path) => {
    await expectAccessibleEverywhere(path);
  });
});

/** The titles of what a search finds, when something is found. */
async function found(page: Page, query: string): Promise<string[]> {
  await page.locator("main .search input").fill(query);
  await page.waitForFunction(() => /result|Nothing/.test(document.querySelector("#found")!.textContent));
  return page.locator("#results a").allTextContents();
}

describe("the search", () => {
  it("finds functions by their names, those of other libraries, and what is told of them", async () => {
    await withPage("docs/search.html", async (page) => {
      expect((await found(page, "softmax"))[0]).toBe("softmax");
      expect((await found(page, "gelu"))[0]).toBe("gelu");
      expect((await found(page, "torch.nn.Hardswish"))[0]).toBe("hardSwish");
      expect((await found(page, "leaky_relu"))[0]).toBe("leakyRelu");
      expect((await found(page, "expit"))[0]).toBe("sigmoid");
      expect((await found(page, "torch.nn.functional.leaky_relu"))[0]).toBe("leakyRelu");
      expect((await found(page, "optax.sigmoid_focal_loss"))[0]).toBe("sigmoidFocalLoss");
      expect((await found(page, "keras.losses.KLDivergence"))[0]).toBe("klDivergence");
      expect((await found(page, "torch.nn.functional.mse_loss"))[0]).toBe("PyTorch: losses");
      expect((await found(page, "topK"))[0]).toBe("topK");
      expect(await found(page, "topK")).toContain("topK filter");
      expect((await found(page, "MinPLogitsWarper"))[0]).toBe("minP filter");
      expect((await found(page, "min_p"))[0]).toBe("minP filter");
      expect((await found(page, "dry-multiplier"))[0]).toBe("dry filter");
      expect(await found(page, "sofmax")).toContain("softmax");
      expect((await found(page, "vanishing gradients")).length).toBeGreaterThan(0);
      expect(await found(page, "vanishing")).toContain("sigmoid");
    });
  });

  it("begins in the header of any page, and its address can be shared", async () => {
    await withPage("docs/functions/tanh.html", async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("squareplus");
      await page.keyboard.press("Enter");
      await page.waitForURL(/search\.html\?q=squareplus/);
      await page.locator("#results a").first().waitFor();
      expect(await page.locator("#results a").first().textContent()).toBe("squareplus");
    });
  });

  it("is used by keyboard alone: arrows go through the results, Enter follows one", async () => {
    await withPage("docs/search.html", async (page) => {
      await found(page, "mish");
      await page.waitForURL(/\?q=mish$/);
      await page.keyboard.press("ArrowDown");
      expect(await page.evaluate(() => document.activeElement!.textContent)).toBe("mish");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await page.waitForURL(addressOf("docs/functions/mish.html"));
    });
  });

  it("says where nothing is found", async () => {
    await withPage("docs/search.html", async (page) => {
      expect(await found(page, "qwzxqwzx")).toEqual([]);
      expect(await page.locator("#found").textContent()).toContain("Nothing found for “qwzxqwzx”");
    });
  });
});

describe("the list of pages", () => {
  it("marks the page, and is folded away where it is narrow", async () => {
    const path = "docs/functions/gelu.html";
    await withPage(path, async (page) => {
      expect(await page.locator(".docs-nav a[aria-current]").textContent()).toBe("gelu");
      expect(await page.locator(".docs-nav a[aria-current]").isVisible()).toBe(true);
    });
    await withPage(
      path,
      async (page) => {
        const link = page.locator(".docs-nav").getByRole("link", { name: "Functions" });
        expect(await link.isVisible()).toBe(false);
        await page.locator(".docs-menu > summary").tap();
        expect(await link.isVisible()).toBe(true);
        await link.tap();
        await page.waitForURL(addressOf("docs/functions/index.html"));
      },
      { width: 375, touch: true },
    );
  });
});

it("the list shows the page where it is far down", async () => {
  await withPage("docs/sampling/minLength.html", async (page) => {
    const link = page.locator(".docs-nav a[aria-current]");
    expect(await link.textContent()).toBe("minLength");
    const { y, height } = (await link.boundingBox())!;
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + height).toBeLessThanOrEqual(900);
  });
});

it("code can be copied", async () => {
  await withPage("docs/functions/relu.html", async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const example = docstrings().get("relu")!.example;
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `import { relu } from "lanewise";\n\n${example}`,
    );
  });
});

describe("a function's page", () => {
  it("has its formula and plot, and leads to the panel where it moves", async () => {
    await withPage("docs/functions/sigmoid.html", async (page) => {
      expect(await page.locator(".formula math").count()).toBe(2);
      expect(await page.locator(".formula mfrac").first().isVisible()).toBe(true);
      expect(await page.locator('figure svg[role="img"]').count()).toBe(2);
      await page.getByRole("link", { name: /^Move sigmoid/ }).click();
      await page.waitForURL(/functions\.html\?f=sigmoid/);
    });
  });

  it("tells the special values that calls give, and the errors that are stored", async () => {
    const stored = readFileSync(new URL("../../docs/accuracy.md", import.meta.url), "utf8");
    const [, error] = /^\| `silu` +\| +\d+ \| +([\d.]+)/m.exec(stored)!;
    await withPage("docs/functions/silu.html", async (page) => {
      const values = await page.getByRole("group", { name: "Table: special values" }).innerText();
      expect(values).toMatch(/^-1\.2784\d*\s+-0\.27846\d*\s+-?[\d.e-]+\s+the least value$/m);
      expect(values).toMatch(/^-Infinity\s+-0\s+/m);
      expect(await page.getByRole("group", { name: "Table: errors" }).innerText()).toContain(error);
    });
  });
});

describe("the page of a filter", () => {
  it("has pictures of what is left, with what they show in words, and leads to the chain", async () => {
    await withPage("docs/sampling/topK.html", async (page) => {
      const said = await page.locator(".bars svg desc").allTextContents();
      expect(said.map((text) => /^(\d+) of 12 tokens are left/.exec(text)?.[1])).toEqual(["2", "5", "8"]);
      await page.getByRole("link", { name: /^Move topK/ }).click();
      await page.waitForURL(/sampling\.html\?chain=topK/);
      expect(await page.locator("#chain strong").allInnerTexts()).toEqual(["top-k"]);
    });
  });

  it("tells what it gives at the edges, as computed", async () => {
    await withPage("docs/sampling/topP.html", async (page) => {
      const edges = await page.getByRole("group", { name: "Table: edges" }).innerText();
      expect(edges).toMatch(/topP\(0\.5\)\s+2, 2, 2, 2\s+0\.5, 0\.5, cut, cut/);
      expect(edges).toMatch(/-Infinity, -Infinity\s+RangeError: .*no logit above -Infinity/);
    });
  });
});
