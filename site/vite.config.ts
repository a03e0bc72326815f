/** The site: every HTML file beside this one and under docs/ (made by build/docs.ts) is a page. */

import { readdirSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { withFacts } from "./build/facts.js";
import { withLayout } from "./build/layout.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const dist = fileURLToPath(new URL("../dist/", import.meta.url));

export default defineConfig({
  root,
  // Relative addresses, so that the site may lie anywhere.
  base: "./",
  // The API reference, whose pages are whole as they are.
  publicDir: "generated/public",
  resolve: {
    alias: [
      { find: /^lanewise$/, replacement: `${dist}module/index.js` },
      { find: "lanewise/sampling", replacement: `${dist}module/sampling/index.js` },
      { find: "lanewise/plot", replacement: `${dist}plot.js` },
      { find: "lanewise/float16", replacement: `${dist}float16.js` },
    ],
  },
  plugins: [
    {
      name: "facts",
      transformIndexHtml: {
        order: "pre",
        handler: (html, { filename }) => (relative(root, filename) === "index.html" ? withFacts(html) : html),
      },
    },
    {
      name: "layout",
      transformIndexHtml: { order: "pre", handler: (html, { filename }) => withLayout(html, relative(root, filename)) },
    },
  ],
  worker: { format: "es" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    rolldownOptions: { input: pages() },
  },
});

/** The files of all pages. */
function pages(): string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  return files.filter((path) => /^(docs\/.*|[^/]*)\.html$/.test(path)).map((path) => root + path);
}
