/** Pages that cells build: served, opened in Chromium, and what they found. */

import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { type Plugin, preview } from "vite";
import type { Browser, Page } from "playwright";
import { debian, hasDebian } from "../test/engines/debian.js";
import type { Probed } from "./probe/check.js";

/** Playwright, which is installed with what the tests in browsers need. */
const fromEngines = createRequire(new URL("../test/engines/package.json", import.meta.url));
export const playwright = () => fromEngines("playwright") as typeof import("playwright");

/** Serves the files of a folder until the work is done. */
export async function withServer<T>(
  outDir: string,
  work: (address: string) => Promise<T>,
  headers: Readonly<Record<string, string>> = {},
  plugins: Plugin[] = [],
): Promise<T> {
  const server = await preview({
    configFile: false,
    root: outDir,
    build: { outDir },
    appType: "mpa",
    preview: { headers, port: 0 },
    logLevel: "error",
    plugins,
  });
  try {
    return await work(server.resolvedUrls!.local[0]);
  } finally {
    await server.close();
  }
}

/** Opens a page in Chromium; problems are errors in its console, exceptions, and files that are missing; scripts, what it loads. */
export async function withPage<T>(
  address: string,
  work: (page: Page, problems: string[], scripts: Promise<Buffer>[]) => Promise<T>,
): Promise<T> {
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
    const scripts: Promise<Buffer>[] = [];
    page.on("response", (response) => {
      if (response.request().resourceType() === "script") {
        // What a page loaded before it was loaded anew, as development servers do, is gone.
        scripts.push(response.body().catch(() => Buffer.alloc(0)));
      }
    });
    page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
    await page.goto(address, { waitUntil: "load" });
    return await work(page, problems, scripts);
  } finally {
    await browser.close();
  }
}

/** What a page has put into `globalThis.probed`, and the bytes of all JavaScript that it loaded until then, gzipped. */
export interface Loaded<T> {
  readonly probed: T;
  readonly size: number;
}

/** What a page puts into `globalThis.probed`, once it is there. */
export async function probedIn(page: Page): Promise<unknown> {
  for (const end = Date.now() + 60_000; ;) {
    const found = await page.waitForFunction("globalThis.probed", undefined, { timeout: end - Date.now() });
    try {
      return await found.jsonValue();
    } catch (error) {
      // Development servers load a page anew once they have bundled what it imports; then it probes again.
      if (Date.now() > end || !(error as Error).message.includes("Execution context was destroyed")) throw error;
    }
  }
}

/** What a page has found and loaded. */
export async function loadedBy<T = Probed>(address: string): Promise<Loaded<T>> {
  return await withPage(address, async (page, problems, scripts) => {
    try {
      const probed = (await probedIn(page)) as T;
      const severe = problems.filter((problem) => !problem.includes("favicon"));
      if (severe.length > 0) throw new Error(severe.join("; "));
      const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await script, { level: 9 }).length));
      return { probed, size: sizes.reduce((a, b) => a + b, 0) };
    } catch (error) {
      throw new Error([(error as Error).message, ...problems].join("; "), { cause: error });
    }
  });
}

/** What a page has put into `globalThis.probed`, once it is there. */
export async function probedBy(address: string): Promise<Probed> {
  return (await loadedBy(address)).probed;
}
