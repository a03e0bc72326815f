/**
 * Frameworks that render on a server: pages whose numbers both sides compute, built for production and by the development
 * server, opened in Chromium; and what both sides would get without the choice of a backend.
 */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cell, Outcome } from "../cell.js";
import { run, whileServing } from "../command.js";
import { install, packagesFolder, versionOf } from "../packages.js";
import { tryParts } from "../parts.js";
import { judge, type Probed } from "../probe/check.js";
import { type Framework, frameworks as all } from "./frameworks.js";
import { judgeSame, judgeUnchosen, visit } from "./visit.js";

const probes = fileURLToPath(new URL("../probe/", import.meta.url));

/** Puts the programs of matrix/probe where the framework's pages import them. */
function copyProbes(folder: string, { sources, isWrapped }: Framework): void {
  for (const name of ["probe.js", "numbers.js"]) {
    const text = readFileSync(join(probes, name), "utf8");
    mkdirSync(join(folder, sources), { recursive: true });
    writeFileSync(join(folder, sources, name), isWrapped ? text.replace('"lanewise"', '"./lanewise.js"') : text);
  }
}

/** Starts a framework's server on a free port for as long as the work takes. */
function withStarted<T>(
  folder: string,
  command: (port: string) => readonly string[],
  work: (address: string) => Promise<T>,
): Promise<T> {
  const serving = (port: string) => ({ command: command(port), env: { PORT: port, HOST: "localhost" } });
  return whileServing(folder, serving, "", work);
}

/** Visits all pages and asks all handlers. */
async function tour(address: string, mode: string, { pages, handlers = [] }: Framework): Promise<Outcome[]> {
  const visits = pages.map((page) => [`${mode} ${page}`, async () => judgeSame(await visit(address + page))] as const);
  const calls = handlers.map((handler) => [`${mode} ${handler}`, () => ask(address + handler)] as const);
  return await tryParts({}, Object.fromEntries([...visits, ...calls]));
}

async function ask(address: string): Promise<Outcome> {
  const answer = await (await fetch(address)).text();
  if (!answer.startsWith("{")) throw new Error(`${address} answers ${answer.slice(0, 300)}`);
  return judge(JSON.parse(answer) as Probed, "simd");
}

/** Runs what was built, elsewhere if it is to run without the packages that it was built of. */
async function tourBuilt(folder: string, framework: Framework): Promise<Outcome[]> {
  const built = join(folder, framework.output);
  for (const [from, to] of framework.copied ?? []) cpSync(join(folder, from), join(built, to), { recursive: true });
  const elsewhere = framework.isStandalone ? mkdtempSync(join(tmpdir(), "lanewise-")) : undefined;
  try {
    if (elsewhere !== undefined) cpSync(built, elsewhere, { recursive: true, verbatimSymlinks: true });
    const command = () => [process.execPath, ...framework.production];
    return await withStarted(elsewhere ?? built, command, (address) => tour(address, "built", framework));
  } finally {
    if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true });
  }
}

/** What a mode finds, or that it failed as a whole. */
async function tryMode(mode: string, attempt: () => Promise<readonly Outcome[]>): Promise<readonly Outcome[]> {
  try {
    return await attempt();
  } catch (error) {
    return [{ part: mode, failed: (error as Error).message }];
  }
}

function cellOf(framework: Framework): Cell {
  const { name, packages, tool, output, recipe, pages } = framework;
  return {
    name,
    async run({ folder, packed }) {
      await install(packages, folder, packed);
      copyProbes(folder, framework);
      for (const made of [output, ".next", ".svelte-kit", ".nuxt"]) {
        rmSync(join(folder, made), { recursive: true, force: true });
      }
      const bin = ([file, ...args]: readonly string[]) => [join(folder, "node_modules/.bin", file), ...args];
      const develop = (port: string) => [...bin(framework.development), "--port", port];
      const built = await tryMode("built", async () => {
        await run(folder, bin(framework.build), { limit: 10 * 60_000 });
        return await tourBuilt(folder, framework);
      });
      const developed = await tryMode("dev", () =>
        withStarted(folder, develop, (address) => tour(address, "dev", framework)),
      );
      for (const file of recipe) {
        const text = readFileSync(join(packagesFolder(packages), file), "utf8");
        writeFileSync(join(folder, file), text.replace('useBackend("reproducible")', "0"));
      }
      const unchosen = await tryMode("dev, unchosen", () =>
        withStarted(folder, develop, async (address) => [
          { part: "dev, unchosen", ...judgeUnchosen(await visit(address + pages[0])) },
        ]),
      );
      const version = versionOf(folder, tool);
      return [...built, ...developed, ...unchosen].map((outcome) => ({ version, ...outcome }));
    },
  };
}

export const frameworks: readonly Cell[] = all.map(cellOf);
