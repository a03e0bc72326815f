import { expect, it } from "vitest";
import { expectAccessibleEverywhere, withPage } from "./support.js";

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
