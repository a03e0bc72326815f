/**
 * The browser engines as Debian packages them: the commands are what the tests start, the packages bring them. Where a command
 * is missing, Playwright's own build of that browser stands in.
 */

import { existsSync } from "node:fs";

export const debian = {
  chromium: { packages: ["chromium"], commands: ["/usr/bin/chromium"] },
  firefox: { packages: ["firefox-esr"], commands: ["/usr/bin/firefox-esr"] },
  webkit: {
    packages: ["webkit2gtk-driver", "xvfb", "xauth"],
    commands: ["/usr/bin/WebKitWebDriver", "/usr/bin/xvfb-run", "/usr/bin/xauth"],
  },
};

export type Browser = keyof typeof debian;

export const browsers = Object.keys(debian) as Browser[];

/** Whether Debian's commands of a browser are there. */
export function hasDebian(browser: Browser): boolean {
  return debian[browser].commands.every((command) => existsSync(command));
}
