/** The program that bundlers build: its pages, the cells that try them, and whether what they find is right. */

import { copyFileSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Cell, type Context, type Outcome, Skip } from "../cell.js";
import { install, unpack } from "../packages.js";
import { type Loaded, loadedBy, withServer } from "../pages.js";
import { tryParts } from "../parts.js";
import { anyWasm, judge, type Probed } from "../probe/check.js";

/** A page of matrix/bundlers/fixtures: NAME.html loads NAME.js. */
export type Page = "main" | "entries" | "relu";

interface Bundler {
  readonly name: string;
  /** The packages that it needs beside those of the root; default: none. */
  readonly packages?: string;
  version(folder: string): string;
}

export interface Building extends Bundler {
  /** Builds a page for production, with NAME.html, into the folder `out`, which is empty. */
  build(folder: string, page: Page, out: string): Promise<void>;
}

export interface Serving extends Bundler {
  /** What a page's address ends with behind its name; default: ".html". */
  readonly suffix?: string;
  /** Why it can't serve a page with a worker; default: it can. */
  readonly noWorkers?: string;
  /** Builds and serves all pages as it does while one develops, until the work is done, at an address that ends with "/". */
  serve<T>(folder: string, work: (address: string) => Promise<T>): Promise<T>;
}

/** What a program may take that uses relu alone, with what a bundler brings along: every other function takes 1.5 kB or more. */
const reluLimit = 11_000;

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const probe = fileURLToPath(new URL("../probe/probe.js", import.meta.url));

/** Puts the program into the folder of a cell, with the packages that it imports. */
export async function makeProject({ folder, packed }: Context, packages?: string): Promise<void> {
  if (packages === undefined) await unpack(packed, folder);
  else await install(packages, folder, packed);
  cpSync(fixtures, folder, { recursive: true });
  copyFileSync(probe, join(folder, "probe.js"));
}

/** Puts a page beside the scripts that a bundler has made of what it loads, for those which take no HTML. */
export function copyPage(folder: string, page: Page, out: string): void {
  copyFileSync(join(folder, `${page}.html`), join(out, `${page}.html`));
}

/** The scripts that a bundler without workers of its own takes: each is a file of its own. */
export function scriptsOf(page: Page): string[] {
  return page === "entries" ? ["entries", "worker"] : [page];
}

interface ReluFound {
  readonly relu: readonly number[];
  readonly backend: string;
}

interface EntriesFound {
  readonly half: readonly number[];
  readonly plain: readonly unknown[];
  readonly paths: number;
  readonly tokens: readonly number[];
  readonly worker?: Probed;
  readonly error?: string;
}

function judgeRelu({ probed, size }: Loaded<ReluFound>): Outcome {
  if (probed.relu.join() !== "0,0,2") throw new Error(`relu gives ${probed.relu.join()}`);
  if (size > reluLimit)
    throw new Error(`it loads ${size} bytes, more than ${reluLimit}: functions that it doesn't use`);
  return { backend: probed.backend, size };
}

function judgeEntries({ probed }: Loaded<EntriesFound>): Outcome {
  const { half, plain, paths, tokens, worker, error } = probed;
  if (half.join() !== "1,-2") throw new Error(`lanewise/float16 gives ${half.join()}`);
  if (plain.join() !== "js,0.5,0.5") throw new Error(`lanewise/js gives ${plain.join()}`);
  if (paths < 2) throw new Error(`lanewise/plot draws ${paths} paths`);
  if (tokens.join() !== "2,2,0,1,2,2")
    throw new Error(`lanewise/sampling and lanewise/transformers give ${tokens.join()}`);
  if (worker === undefined) throw new Error(`the worker: ${error}`);
  return judge(worker, anyWasm);
}

type Load = <T>(page: Page) => Promise<Loaded<T>>;

const judgeMain = async (load: Load): Promise<Outcome> => judge((await load<Probed>("main")).probed, anyWasm);
const judgeOthers = async (load: Load): Promise<Outcome> => judgeEntries(await load("entries"));

const othersPart = "js, float16, plot, sampling, transformers, worker";

/** Builds a page for production and opens it. */
function builder({ build }: Building, folder: string): Load {
  return async <T>(page: Page) => {
    const out = join(folder, "out", page);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    await build(folder, page, out);
    return await withServer(out, (address) => loadedBy<T>(`${address}${page}.html`));
  };
}

/** The cell of a bundler that builds for production; what is sent to users must be small, too. */
export function production(bundler: Building, more: Partial<Cell> = {}): Cell {
  return {
    name: bundler.name,
    async run(context) {
      await makeProject(context, bundler.packages);
      const load = builder(bundler, context.folder);
      return await tryParts(
        { version: bundler.version(context.folder) },
        {
          page: async () => {
            const { probed, size } = await load<Probed>("main");
            return { size, ...judge(probed, anyWasm) };
          },
          "relu alone": async () => judgeRelu(await load("relu")),
        },
      );
    },
    ...more,
  };
}

/** The cell of all that there is to import besides "lanewise", built for production: Plot makes it slow. */
export function otherEntries(bundler: Building): Cell {
  return {
    name: `${bundler.name} entries`,
    async run(context) {
      await makeProject(context, bundler.packages);
      const load = builder(bundler, context.folder);
      return await tryParts({ version: bundler.version(context.folder) }, { [othersPart]: () => judgeOthers(load) });
    },
  };
}

/** The cell of a bundler that serves while one develops. */
export function development(bundler: Serving): Cell {
  return {
    name: `${bundler.name} dev`,
    async run(context) {
      await makeProject(context, bundler.packages);
      return await bundler.serve(context.folder, async (address) => {
        const load: Load = (page) => loadedBy(`${address}${page}${bundler.suffix ?? ".html"}`);
        return await tryParts(
          { version: bundler.version(context.folder) },
          {
            page: () => judgeMain(load),
            [othersPart]: async () => {
              if (bundler.noWorkers !== undefined) throw new Skip(bundler.noWorkers);
              return await judgeOthers(load);
            },
          },
        );
      });
    },
  };
}
