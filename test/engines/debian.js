// @ts-check
import { existsSync } from "node:fs";

/**
 * The browser engines as Debian packages them: the commands are what the tests start, the packages bring them.
 * Where a command is missing, Playwright's own build of that browser stands in.
 */
export const debian = {
  chromium: { packages: ["chromium"], commands: ["/usr/bin/chromium"] },
  firefox: { packages: ["firefox-esr"], commands: ["/usr/bin/firefox-esr"] },
  webkit: {
    packages: ["webkit2gtk-driver", "xvfb", "xauth"],
    commands: ["/usr/bin/WebKitWebDriver", "/usr/bin/xvfb-run", "/usr/bin/xauth"],
  },
};

/** @typedef {keyof typeof debian} Browser */

/** @param {Browser} browser */
export const hasDebian = (browser) => debian[browser].commands.every((command) => existsSync(command));
