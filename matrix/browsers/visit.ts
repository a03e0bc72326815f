/** Visits of a page that probes lanewise in itself and in its workers. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import type { Plugin } from "vite";
import type { Browser } from "../../test/engines/debian.js";
import type { Context, Outcome } from "../cell.js";
import { unpack } from "../packages.js";
import { withServer } from "../pages.js";
import { judge, type Probed } from "../probe/check.js";
import type { Expected } from "../engines/programs.js";
import { type Settings, withBrowser } from "./open.js";
import type { Report } from "./site/found.js";

export type Place = "page" | "worker" | "sharedWorker" | "serviceWorker" | "audioWorklet";

export const everyPlace: readonly Place[] = ["page", "worker", "sharedWorker", "serviceWorker", "audioWorklet"];

export interface Visit extends Settings {
  readonly browser: Browser;
  readonly expected: Expected;
  /** What is expected of places of which it is something else. */
  readonly elsewhere?: Readonly<Partial<Record<Place, Expected>>>;
  readonly places?: readonly Place[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The page; default: that which probes. */
  readonly path?: string;
  /** What else may be wrong with what the page sent. */
  readonly check?: (report: Report) => string | undefined;
}

/** Builds the page and its workers, of copies beside the packed package. */
async function buildSite({ folder, packed }: Context): Promise<string> {
  await unpack(packed, folder);
  for (const part of ["browsers/site", "probe"]) {
    cpSync(fileURLToPath(new URL(`../${part}`, import.meta.url)), join(folder, part), { recursive: true });
  }
  const site = join(folder, "browsers/site");
  const out = join(folder, "out");
  const scripts = ["page", "worker", "sharedWorker", "serviceWorker", "worklet"].map((name) => `${name}.ts`);
  await build({ absWorkingDir: site, entryPoints: scripts, bundle: true, format: "esm", outdir: out });
  for (const page of ["index.html", "sandbox.html"]) cpSync(join(site, page), join(out, page));
  return out;
}

/** Takes what is posted to /report, and gives the first of it. */
export function reporting(limit: number): { plugin: Plugin; report: Promise<string> } {
  let take: (body: string) => void = () => {};
  const report = new Promise<string>((resolve, reject) => {
    take = resolve;
    setTimeout(reject, limit, new Error("the page reports nothing")).unref();
  });
  report.catch(() => {}); // until it is awaited
  const plugin: Plugin = {
    name: "report",
    configurePreviewServer({ middlewares }) {
      middlewares.use("/report", async (request, response) => {
        take(await text(request));
        response.writeHead(204).end();
      });
    },
  };
  return { plugin, report };
}

/** Visits the page, and judges what each place found. */
export async function visit(context: Context, visited: Visit): Promise<Outcome[]> {
  const { browser, expected, places = ["page"], headers = {}, path = "", check, elsewhere = {} } = visited;
  const out = await buildSite(context);
  const { plugin, report } = reporting(120_000);
  const { version, result } = await withServer(
    out,
    (address) =>
      withBrowser(
        browser,
        visited,
        `${address}${path}?${places.join()}`,
        async () => JSON.parse(await report) as Report,
      ),
    headers,
    [plugin],
  );
  const wrong = [...result.thrown.map((message) => `thrown: ${message}`), check?.(result)].filter((one) => one);
  return Object.entries(result.found).map(([part, { probed, isSame, error, skipped }]) => {
    const outcome = { part, version };
    if (skipped !== undefined) return { ...outcome, skipped };
    if (probed === undefined) return { ...outcome, failed: error ?? "it found nothing" };
    const wanted = elsewhere[part as Place] ?? expected;
    const judged = judge(probed as Probed, wanted.backend, wanted.why);
    const failed = [judged.failed, isSame === false && "inputs in shared memory give other results", ...wrong];
    const reasons = failed.filter((one) => one).join("; ");
    return { ...outcome, ...judged, ...(reasons && { failed: reasons }) };
  });
}
