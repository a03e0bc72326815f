/** Pages that cells build: served, opened in Chromium, and what they found. */

import { createRequire } from "node:module";
import { preview } from "vite";
import type { Browser, Page } from "playwright";
import { debian, hasDebian } from "../test/engines/debian.js";
import type { Probed } from "./probe/check.js";

/** Playwright, which is installed with what the tests in browsers need. */
const fromEngines = createRequire(new URL("../test/engines/package.json", import.meta.url));
const playwright = () => fromEngines("playwright") as typeof import("playwright");

/** Serves the files of a folder until the work is done. */
export async function withServer<T>(
  outDir: string,
  work: (address: string) => Promise<T>,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const server = await preview({
    configFile: false,
    root: outDir,
    build: { outDir },
    appType: "mpa",
    preview: { headers, port: 0 },
    logLevel: "error",
  });
  try {
    return await work(server.resolvedUrls!.local[0]);
  } finally {
    await server.close();
  }
}

/** Opens a page in Chromium; problems are errors in its console, exceptions, and files that are missing. */
export async function withPage<T>(address: string, work: (page: Page, problems: string[]) => Promise<T>): Promise<T> {
  const browser: Browser = await playwright().chromium.launch({
    ...(hasDebian("chromium") && { executablePath: debian.chromium.commands[0] }),
    args: ["--disable-gpu", "--disable-quic"],
  });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
    page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
    await page.goto(address, { waitUntil: "load" });
    return await work(page, problems);
  } finally {
    await browser.close();
  }
}

/** What a page has put into `globalThis.probed`, once it is there. */
export async function probedBy(address: string): Promise<Probed> {
  return await withPage(address, async (page, problems) => {
    try {
      const found = await page.waitForFunction("globalThis.probed", undefined, { timeout: 60_000 });
      const probed = (await found.jsonValue()) as Probed;
      const severe = problems.filter((problem) => !problem.includes("favicon"));
      if (severe.length > 0) throw new Error(severe.join("; "));
      return probed;
    } catch (error) {
      throw new Error([(error as Error).message, ...problems].join("; "), { cause: error });
    }
  });
}
