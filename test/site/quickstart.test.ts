import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { lexer, type Tokens } from "marked";
import { withPage } from "./support.js";

const root = new URL("../../", import.meta.url);
const guide = readFileSync(new URL("docs/guides/quick-start.md", root), "utf8");
const bundle = readFileSync(new URL("dist/bundle.js", root), "utf8");
const CDN = "https://cdn.jsdelivr.net/npm/";

/** The quick start's page, with the file of this build in the place of the CDN's: tests ask no other host. */
function pageOf(address: string): string {
  const [block] = lexer(guide).filter((token): token is Tokens.Code => token.type === "code" && token.lang === "html");
  const imports = Array.from(block.text.matchAll(/from "([^"]*)"/g), ([, from]) => from);
  const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };
  expect(imports).toEqual([`${CDN}lanewise@${version}/dist/bundle.js`]);
  return block.text.replace(imports[0], address);
}

it("the page of the quick start shows its result", async () => {
  await withPage("index.html", async (page) => {
    const address = new URL("quick-start-bundle.js", page.url()).href;
    const place = new URL("quick-start-page.html", page.url()).href;
    await page.route(address, (route) => route.fulfill({ body: bundle, contentType: "text/javascript" }));
    await page.route(place, (route) => route.fulfill({ body: pageOf(address), contentType: "text/html" }));
    await page.goto(place);
    const shown = () => page.locator("li").allTextContents();
    await expect.poll(shown).toHaveLength(3);
    // What the guide says behind the page.
    for (const percentage of await shown()) expect(guide).toContain(`${percentage}`);
    expect(await shown()).toEqual(["1.82 %", "24.52 %", "73.66 %"]);
    await page.getByLabel("Logits:").fill("1, 1");
    expect(await shown()).toEqual(["50.00 %", "50.00 %"]);
  });
});
