/** Opens pages in the three browser engines, with settings that take something away from them. */

import { debian, hasDebian, type Browser } from "../../test/engines/debian.js";
import { WebKitDriver } from "../../test/engines/webkitDriver.js";
import { playwright } from "../pages.js";

export interface Settings {
  /** Arguments of Chromium's command. */
  readonly args?: readonly string[];
  /** Preferences of Firefox. */
  readonly prefs?: Readonly<Record<string, string | number | boolean>>;
  /** Variables of WebKit's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Opens a page in a browser of its own, does the work, and closes it; tells the browser's version. */
export async function withBrowser<T>(
  browser: Browser,
  { args = [], prefs = {}, env = {} }: Settings,
  address: string,
  work: () => Promise<T>,
): Promise<{ version: string; result: T }> {
  if (browser === "webkit" && hasDebian(browser)) {
    const driver = new WebKitDriver(env);
    try {
      await driver.open(address);
      const result = await work();
      return { version: driver.version, result };
    } finally {
      await driver.close();
    }
  }
  const own = {
    chromium: { args: ["--disable-gpu", "--disable-quic", ...args] },
    firefox: { firefoxUserPrefs: prefs, ...(hasDebian(browser) && { channel: "moz-firefox" }) },
    webkit: { env: { ...process.env, ...env } as Record<string, string> },
  };
  const opened = await playwright()[browser].launch({
    ...own[browser],
    ...(hasDebian(browser) && { executablePath: debian[browser].commands[0] }),
  });
  try {
    const page = await opened.newPage();
    await page.goto(address);
    return { version: opened.version(), result: await work() };
  } finally {
    await opened.close();
  }
}
