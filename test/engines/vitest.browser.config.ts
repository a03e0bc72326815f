import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import type { Engine } from "../support/engine.js";
import { debian, hasDebian, type Browser } from "./debian.js";
import { once, onceABackend } from "./plan.js";
import { plainFiles } from "./plainFiles.js";
import { webkitGtk } from "./webkit.js";

const launchOptions = {
  chromium: { executablePath: debian.chromium.commands[0], args: ["--disable-gpu", "--disable-quic"] },
  firefox: { executablePath: debian.firefox.commands[0], channel: "moz-firefox" }, // driven by WebDriver BiDi
};

function provider(browser: Browser) {
  if (!hasDebian(browser)) return playwright();
  return browser === "webkit" ? webkitGtk() : playwright({ launchOptions: launchOptions[browser] });
}

function instance(browser: Browser, relaxedSimd: boolean) {
  const engine: Engine = { name: browser, relaxedSimd };
  return { browser, name: browser, provider: provider(browser), provide: { engine } };
}

export default defineConfig({
  plugins: [plainFiles()],
  server: {
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
  },
  test: {
    include: ["test/*.test.ts"],
    exclude: ["test/*.node.test.ts", ...onceABackend, ...once],
    testTimeout: 120_000, // sweeps over millions of inputs
    hookTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      instances: [instance("chromium", true), instance("firefox", true), instance("webkit", false)],
    },
  },
});
