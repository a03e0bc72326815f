/** Pages of the site in Debian's Chromium, or in Playwright's own. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright";
import { afterAll, expect, inject } from "vitest";
import { debian, hasDebian } from "../engines/debian.js";

/** How a page is opened. */
export interface Options {
  /** Default: light. */
  readonly theme?: "light" | "dark";
  /** Default: 1280 × 900. */
  readonly width?: number;
  readonly height?: number;
  /** Whether it is a device that is touched. Default: false. */
  readonly touch?: boolean;
}

let browser: Browser | undefined;

afterAll(() => browser?.close());

/** The address of a page by its address under the site's root: "functions.html?f=relu". */
export function addressOf(path: string): string {
  return inject("site") + path;
}

async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= await chromium.launch({
    ...(hasDebian("chromium") && { executablePath: debian.chromium.commands[0] }),
    args: ["--disable-gpu", "--disable-quic"],
  });
  return browser.newContext(options);
}

/** Gives an empty page to use, which may show what isn't of the site, and closes it. */
export async function withEmptyPage(use: (page: Page) => Promise<void>): Promise<void> {
  const context = await newContext({});
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Resolves when what pages draw first is there: they draw in a frame, which may come after all has been loaded. */
function firstFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/** Loads a page again, as far as `withPage` has it loaded. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.evaluate(firstFrame);
}

/**
 * Opens a page in a context of its own, uses it, and closes it. Fails on errors in the console, on exceptions, on files that are
 * missing, and on requests to other hosts.
 */
export async function withPage(path: string, use: (page: Page) => Promise<void>, options: Options = {}): Promise<void> {
  const { theme = "light", width = 1280, height = 900, touch = false } = options;
  const context = await newContext({ viewport: { width, height }, colorScheme: theme, hasTouch: touch });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
    page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(new URL(inject("site")).origin) && !/^(data|blob):/.test(request.url())) {
        problems.push(`another host: ${request.url()}`);
      }
    });
    const response = await page.goto(addressOf(path), { waitUntil: "load" });
    expect(response!.status(), path).toBe(200);
    await page.evaluate(firstFrame);
    await use(page);
    expect(problems).toEqual([]);
  } finally {
    await context.close();
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails on what axe finds in a page that is serious or critical, and where the page is wider than its window. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, help, nodes }) =>
          `${id}: ${help}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html)
            .join(" | ")}`,
      );
  });
  expect(found).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, "pixels that are wider than the window").toBeLessThanOrEqual(0);
}

interface AxeResults {
  readonly violations: readonly { id: string; impact: string; help: string; nodes: readonly { html: string }[] }[];
}

/** Holds a page to `expectAccessible` in both themes, wide and narrow. */
export async function expectAccessibleEverywhere(path: string, prepare?: (page: Page) => Promise<void>): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    for (const width of [1280, 375]) {
      await withPage(
        path,
        async (page) => {
          await prepare?.(page);
          await expectAccessible(page);
        },
        { theme, width },
      );
    }
  }
}
