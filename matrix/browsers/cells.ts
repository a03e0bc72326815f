/** Browsers: a page and its workers, in each engine, also where it lacks relaxed SIMD, SIMD, or WebAssembly. */

import { type Browser, browsers } from "../../test/engines/debian.js";
import type { Cell } from "../cell.js";
import type { Expected } from "../engines/programs.js";
import { relaxed } from "../probe/check.js";
import type { Settings } from "./open.js";
import { everyPlace, visit } from "./visit.js";

export const titles: Readonly<Record<Browser, string>> = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKit" };

const noWasm: Expected = { backend: "js", why: /^this engine has no WebAssembly$/ };
const noSimd: Expected = { backend: "js", why: /^this engine's WebAssembly has no SIMD$/ };
const noRelaxed: Expected = { backend: "simd", why: /^this engine's WebAssembly has no relaxed-simd$/ };
const unfused: Expected = { backend: "simd", why: /not fused/ };

/** What each engine chooses as it is. */
export const asItIs: Readonly<Record<Browser, Expected>> = {
  chromium: { backend: relaxed },
  firefox: { backend: relaxed },
  webkit: noRelaxed,
};

/** V8's flag in Chromium. */
const flag = (name: string): Settings => ({ args: [`--js-flags=${name}`] });

const lacking: readonly [browser: Browser, what: string, expected: Expected, settings: Settings][] = [
  ["chromium", "without a fused multiply-add", unfused, flag("--no-enable-fma3")],
  ["chromium", "without SIMD", noSimd, flag("--no-enable-sse4-1")],
  ["chromium", "without WebAssembly", noWasm, flag("--jitless")],
  ["firefox", "without relaxed SIMD", noRelaxed, { prefs: { "javascript.options.wasm_relaxed_simd": false } }],
  ["firefox", "without a fused multiply-add", unfused, { prefs: { "javascript.options.wasm_simd_avx": false } }],
  ["firefox", "without WebAssembly", noWasm, { prefs: { "javascript.options.wasm": false } }],
  ["webkit", "with relaxed SIMD begun", unfused, { env: { JSC_useWasmRelaxedSIMD: "1" } }],
  ["webkit", "without SIMD", noSimd, { env: { JSC_useWasmSIMD: "0" } }],
  ["webkit", "without WebAssembly", noWasm, { env: { JSC_useWasm: "0" } }],
];

function browserCell(name: string, browser: Browser, expected: Expected, settings: Settings = {}): Cell {
  return { name, run: (context) => visit(context, { browser, expected, places: everyPlace, ...settings }) };
}

export const browserCells: readonly Cell[] = browsers.flatMap((browser) => [
  browserCell(titles[browser], browser, asItIs[browser]),
  ...lacking
    .filter(([of]) => of === browser)
    .map(([, what, expected, settings]) => browserCell(`${titles[browser]} ${what}`, browser, expected, settings)),
]);
