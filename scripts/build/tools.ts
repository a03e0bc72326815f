/** Makes what stands beside the functions in dist/: `lanewise/plot`, `lanewise/float16` and the command line. */

import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { summaries } from "../summaries.js";
import { cached, packageVersion } from "./cache.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const src = `${root}src/`;
const dist = `${root}dist/`;

/** The peers of `lanewise/plot` and of the command line, and the package itself, of which nothing may be twice. */
const PEERS = ["@observablehq/plot", "@resvg/resvg-js"];

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

const entries: readonly Entry[] = [
  { input: "float16.ts", file: "float16.js", platform: "browser", kept: {} },
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

/** The folder of the package that a bundled file belongs to; undefined for files of our own. */
function packageOf(id: string): string | undefined {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
}

/** The name, version and license text of a bundled package. */
function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const file = readdirSync(folder).find((path) => /^licen[sc]e/i.test(path));
  const text = file === undefined ? "" : `\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
  return `${name} ${version} (${license})${text}`;
}

/** Makes the entries, and licenses.txt of what is bundled into them. */
async function bundle(): Promise<void> {
  const folders = new Set<string>();
  const noteLicenses: Plugin = {
    name: "note-licenses",
    moduleParsed({ id }) {
      const folder = packageOf(id);
      if (folder !== undefined && existsSync(join(folder, "package.json"))) folders.add(folder);
    },
  };
  for (const { input, file, platform, kept, banner = "" } of entries) {
    const keep: Plugin = {
      name: "keep",
      resolveId(id, importer) {
        // Other packages have files of such names, too.
        const isOwn = importer?.startsWith(src) === true || !id.startsWith(".");
        return isOwn && Object.hasOwn(kept, id) ? { id: kept[id], external: true } : null;
      },
    };
    const made = await rolldown({ input: src + input, platform, plugins: [keep, embedSummaries, noteLicenses], tsconfig: false });
    // What a command imports when it runs is in files of its own, so that the others start faster.
    const name = file.replace(".js", "");
    await made.write({
      dir: dist,
      entryFileNames: file,
      chunkFileNames: `${name}-[name].js`,
      format: "es",
      minify: true,
      postBanner: ({ isEntry }) => (isEntry ? banner : ""),
    });
    await made.close();
  }
  const notices = [...folders].map(noticeOf).sort();
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  writeFileSync(`${dist}licenses.txt`, `Parts of these packages are in cli.js, what that imports, and dom.js.${rule}${notices.join(rule)}\n`);
  chmodSync(`${dist}cli.js`, 0o755);
}

/** The types of an entry, in one file. */
async function writeTypes(input: string, file: string): Promise<void> {
  const folder = dirname(src + input);
  const sources = folder === dirname(src + "x") ? [src + input] : readdirSync(folder).map((name) => join(folder, name));
  const texts = [`${dist}index.d.cts`, ...sources].map((path) => readFileSync(path, "utf8"));
  const makers = ["typescript", "rollup-plugin-dts"].map(packageVersion);
  const types = await cached(["types of tools", input, ...makers, ...texts], async () => {
    const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
    const made = await rollup({
      input: src + input,
      external: ["lanewise", ...PEERS],
      plugins: [dts({ tsconfig: `${root}tsconfig.build.json` })],
    });
    const { output } = await made.generate({ format: "es" });
    await made.close();
    return Buffer.from(output[0].code);
  });
  writeFileSync(dist + file, types);
}

/** Adds them to dist/, whose functions and types are there. */
export async function makeTools(): Promise<void> {
  await bundle();
  await writeTypes("float16.ts", "float16.d.ts");
  await writeTypes("plot/index.ts", "plot.d.ts");
  await writeTypes("plot/node.ts", "plot-node.d.ts");
}
