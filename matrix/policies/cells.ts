/** Policies of pages: what each browser lets lanewise do under them, and that it says what forbids it more. */

import type { Browser } from "../../test/engines/debian.js";
import { browsers } from "../../test/engines/debian.js";
import { asItIs, titles } from "../browsers/cells.js";
import type { Report } from "../browsers/site/found.js";
import { everyPlace, type Place, visit, type Visit } from "../browsers/visit.js";
import type { Cell } from "../cell.js";
import type { Expected } from "../engines/programs.js";

interface Policy {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: what the browser chooses without a policy. */
  readonly expected?: Expected;
  /** Default: all. */
  readonly places?: readonly Place[];
  readonly path?: string;
  readonly check?: (report: Report) => string | undefined;
}

/** Each engine's own words for the policy. */
const forbidden: Expected = { backend: "js", why: /content security policy|CSP/i };

const csp = (policy: string) => ({ "Content-Security-Policy": policy });

const policies: readonly Policy[] = [
  { name: "CSP without wasm-unsafe-eval", headers: csp("default-src 'self'"), expected: forbidden },
  {
    name: "CSP with wasm-unsafe-eval",
    headers: csp("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"),
  },
  {
    name: "Trusted Types",
    headers: csp("require-trusted-types-for 'script'; trusted-types page"),
    check: ({ requiresTypes }) => (requiresTypes ? undefined : "the page doesn't require trusted types"),
  },
  {
    name: "COOP and COEP",
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    check: ({ isIsolated, found }) =>
      !isIsolated
        ? "the page isn't isolated"
        : found.page.isSame === undefined
          ? "the page has no SharedArrayBuffer"
          : undefined,
  },
  {
    name: "sandboxed frame",
    headers: { "Access-Control-Allow-Origin": "*" },
    places: ["page"], // such an origin has no scripts for workers
    path: "sandbox.html",
    check: ({ origin }) => (origin === "null" ? undefined : `the frame's origin is ${origin}`),
  },
];

const ofBrowser: Readonly<Partial<Record<Browser, (expected: Expected) => Partial<Visit>>>> = {
  webkit: (expected) => ({
    env: { JSC_useSharedArrayBuffer: "1" }, // without it WebKitGTK has no shared memory
    // It lets audio worklets do what the page may not.
    ...(expected === forbidden && { elsewhere: { audioWorklet: asItIs.webkit } }),
  }),
};

export const policyCells: readonly Cell[] = browsers.flatMap((browser) =>
  policies.map(({ name, expected = asItIs[browser], places = everyPlace, ...more }) => ({
    name: `${titles[browser]}, ${name}`,
    isQuick: browser === "chromium",
    run: (context) => visit(context, { browser, expected, places, ...more, ...ofBrowser[browser]?.(expected) }),
  })),
);
