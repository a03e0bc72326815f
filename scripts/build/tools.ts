/** Makes what stands beside the functions in dist/: `lanewise/plot`, `lanewise/float16`, `lanewise/tfjs`, `lanewise/transformers` and the command line. */

import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { summaries } from "../summaries.js";
import { writeSamplingEntries } from "./dist.js";
import { licensesText, packagesIn } from "./licenses.js";
import { writeTypes } from "./types.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const src = `${root}src/`;
const dist = `${root}dist/`;

/** The optional peers, of which nothing may be twice. */
const PEERS = ["@observablehq/plot", "@resvg/resvg-js", "@tensorflow/tfjs-core"];

interface Entry {
  readonly input: string;
  readonly file: string;
  readonly platform: "browser" | "node";
  /** Imports that stay, each with where it leads. */
  readonly kept: Readonly<Record<string, string>>;
  readonly banner?: string;
}

const peers = Object.fromEntries(PEERS.map((name) => [name, name]));
const dom = { "./dom.js": "./dom.js", "../plot/dom.js": "./dom.js" };

/** The program's own, of whichever condition, so that nothing of it is there twice. */
const own = { "../sampling/index.js": "lanewise/sampling", "../float16.js": "lanewise/float16" };

const entries: readonly Entry[] = [
  { input: "float16.ts", file: "float16.js", platform: "browser", kept: {} },
  { input: "tfjs/index.ts", file: "tfjs.js", platform: "browser", kept: { ...peers, lanewise: "lanewise" } },
  { input: "transformers/index.ts", file: "transformers.js", platform: "browser", kept: own },
  { input: "plot/index.ts", file: "plot.js", platform: "browser", kept: { ...peers, lanewise: "lanewise" } },
  { input: "plot/dom.ts", file: "dom.js", platform: "node", kept: {} },
  { input: "plot/node.ts", file: "plot-node.js", platform: "node", kept: { ...peers, ...dom, lanewise: "lanewise" } },
  {
    input: "cli/main.ts",
    file: "cli.js",
    platform: "node",
    kept: {
      "@resvg/resvg-js": "@resvg/resvg-js",
      ...dom,
      lanewise: "./node.js",
      "../float16.js": "./float16.js",
    },
    banner: "#!/usr/bin/env node",
  },
];

/** Puts the summaries of the functions into what asks for them, which reads no sources when it runs. */
const embedSummaries: Plugin = {
  name: "embed-summaries",
  load(id) {
    if (id !== `${root}scripts/summaries.ts`) return null;
    return `const all = ${JSON.stringify([...summaries()])};\nexport const summaries = () => new Map(all);\n`;
  },
};

/** Has named characters such as &eacute; decoded by the five names of XML alone: others don't occur in plots, and take 40 kB of the package. */
const withoutNamedCharacters: Plugin = {
  name: "without-named-characters",
  load: {
    filter: { id: /\/entities\/.*\/generated\/(?:decode-data|encode)-html\.js$/ },
    handler(id) {
      if (id.includes("encode")) return "export default new Map();\n";
      const xml = readFileSync(id.replace("html.js", "xml.js"), "utf8");
      return xml.replace("xmlDecodeTree", "htmlDecodeTree");
    },
  },
};

/** Has the width of a text counted without a list of emoji, which no line of the command line has: it takes 2 kB of the package. */
const withoutEmoji: Plugin = {
  name: "without-emoji",
  load: {
    filter: { id: /\/emoji-regex\/index\.js$/ },
    handler: () => "module.exports = () => /(?!)/g;\n",
  },
};

/** Has maps left out of the plots that the command line draws: no curve is on one, and the projections take 8 kB of the package. */
const withoutMaps: Plugin = {
  name: "without-maps",
  load: {
    filter: { id: /\/d3-geo\/dist\/d3-geo\.mjs$/ },
    handler(id) {
      const [, names] = /export \{([^}]*)\};?\s*$/.exec(readFileSync(id, "utf8"))!;
      const stubs = names.split(",").map((name) => name.trim().replace(/^\w+ as /, ""));
      return stubs.map((name) => `export const ${name} = () => undefined;\n`).join("");
    },
  },
};

/** The line that begins a file with code of other packages. Minifiers keep such comments. */
const POINTER = "/*! Parts of other packages: licenses.txt */";

/** Adds the entries to dist/, and licenses.txt of what is bundled into them. */
async function bundle(): Promise<void> {
  const folders = new Set<string>();
  const files = new Set<string>();
  for (const { input, file, platform, kept, banner } of entries) {
    const keep: Plugin = {
      name: "keep",
      resolveId(id, importer) {
        // Other packages have files of such names, too.
        const isOwn = importer?.startsWith(src) === true || !id.startsWith(".");
        return isOwn && Object.hasOwn(kept, id) ? { id: kept[id], external: true } : null;
      },
    };
    const made = await rolldown({ input: src + input, platform, plugins: [keep, embedSummaries, withoutNamedCharacters, withoutEmoji, withoutMaps], tsconfig: false });
    // What a command imports when it runs is in files of its own, so that the others start faster.
    const name = file.replace(".js", "");
    const { output } = await made.write({
      dir: dist,
      entryFileNames: file,
      chunkFileNames: `${name}-[name].js`,
      format: "es",
      minify: true,
      postBanner: (chunk) => [chunk.isEntry ? banner : undefined, packagesIn(chunk).length > 0 ? POINTER : undefined].filter(Boolean).join("\n"),
    });
    await made.close();
    for (const chunk of output) {
      if (chunk.type !== "chunk") continue;
      const packages = packagesIn(chunk);
      for (const folder of packages) folders.add(folder);
      if (packages.length > 0) files.add(chunk.fileName);
    }
  }
  writeFileSync(`${dist}licenses.txt`, licensesText([...files].sort(), [...folders]));
  chmodSync(`${dist}cli.js`, 0o755);
}

/** Adds them to dist/, whose functions and types are there. */
export async function makeTools(): Promise<void> {
  await bundle();
  const packages = Object.fromEntries(["lanewise", ...PEERS].map((name) => [name, ""]));
  await writeTypes(dist, { float16: "float16.ts" });
  // What both have in common is a file of its own: as a part of each it would take 2 kB of the package more.
  await writeTypes(dist, { plot: "plot/index.ts", "plot-node": "plot/node.ts" }, packages);
  await writeTypes(dist, { tfjs: "tfjs/index.ts" }, packages);
  await writeSamplingEntries();
  await writeTypes(dist, { transformers: "transformers/index.ts" }, { "lanewise/sampling": "sampling/index.ts" });
}
