import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { addressOf, expectAccessibleEverywhere, withPage } from "./support.js";

it("the home page is accessible", async () => {
  await expectAccessibleEverywhere("index.html");
});

it("the theme can be chosen, and stays", async () => {
  await withPage("index.html", async (page) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    const button = page.getByRole("button", { name: /^Theme/ });
    await button.press("Enter");
    await button.press("Enter");
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    expect(await background()).not.toBe(light);
    await page.getByRole("link", { name: "Functions", exact: true }).click();
    await page.waitForURL(/functions/);
    expect(await background()).not.toBe(light);
  });
});

it("the header leads to every page, by keyboard too", async () => {
  await withPage("index.html", async (page) => {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => location.hash)).toBe("#main");
    await page.keyboard.press("/");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("search");
  });
});

it("the example computes what the page shows without a script, and what is typed", async () => {
  const results = ["sigmoid", "sigmoid-derivative", "softmax"];
  const html = readFileSync(new URL("../../site/index.html", import.meta.url), "utf8");
  const written = results.map((id) => new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(html)![1].trim());
  await withPage("index.html", async (page) => {
    const shown = () => Promise.all(results.map((id) => page.locator(`#${id}`).textContent()));
    expect(await shown()).toEqual(written);
    const input = page.getByLabel("x", { exact: true });
    await input.fill("0 0");
    expect(await shown()).toEqual(["[0.5, 0.5]", "[0.25, 0.25]", "[0.5, 0.5]"]);
    await input.fill("0 zero");
    expect(await page.locator("#x-problem").textContent()).toBe("“zero” is no number.");
    await input.fill("");
    expect(await page.locator("#x-problem").textContent()).toContain("Write numbers");
  });
});

it("draws the function that is chosen, and leads to it", async () => {
  await withPage("index.html", async (page) => {
    const plot = page.locator("#plot svg[role=img]:visible");
    expect(await plot.locator("title").first().textContent()).toContain("sigmoid");
    await page.getByLabel("Function", { exact: true }).selectOption("gelu");
    await expect.poll(() => plot.locator("title").first().textContent()).toContain("gelu");
    expect(await page.locator("#more").getAttribute("href")).toBe("functions.html?f=gelu");
  });
});

it("leads to pages that are there", async () => {
  await withPage("index.html", async (page) => {
    const links = await page
      .locator("main a")
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect([link, (await page.request.get(link)).status()]).toEqual([link, 200]);
  });
});

it("can be read without a script", async () => {
  const html = await (await fetch(addressOf("index.html"))).text();
  expect(html.match(/<svg[^>]*role="img"/g)).toHaveLength(2);
  expect(html).not.toContain("{{");
  expect(html).toMatch(/<dd>\d+ ulp<\/dd>/);
});
