/** `lanewise info` and `lanewise list`. */

import { readFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { gzipSync } from "node:zlib";
import { type Command, Option } from "commander";
import { backend, backends } from "lanewise";
import { byFamily, families } from "../../scripts/families.js";
import { summaries } from "../../scripts/summaries.js";
import { kebab } from "./options.js";
import { tableOf } from "./table.js";
import { targets } from "./targets.js";
import { styled } from "./terminal.js";

/** A file of the package, beside this one. */
const fileOf = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));

/** The version of the package. */
export function packageVersion(): string {
  return (JSON.parse(fileOf("../package.json").toString()) as { version: string }).version;
}

/** This machine, in a line. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpu?.model.trim() ?? arch()}, ${platform()} ${arch()}, Node ${process.versions.node}`;
}

/** What is told of a build of the package. */
const BUILDS = {
  "bundle.js": "all functions in one file, for pages",
  "simd.wasm": "all kernels as one module",
  "relaxed.wasm": "the same with relaxed SIMD",
};

/** Adds the command `info`. */
export function addInfoCommand(program: Command): void {
  program
    .command("info")
    .description("Shows the version, what this machine runs, and sizes.")
    .addHelpText(
      "after",
      "\nExample:\n  $ lanewise info\n\nLANEWISE_BACKEND=js (or simd, relaxed-simd) chooses what runs.",
    )
    .action(() => {
      const chosen = backend();
      const rows = backends().map(({ name, available, reason, fallbacks = {} }) => {
        const failed = Object.entries(fallbacks).map(([fn, why]) => `${fn} falls back: ${why}`);
        return [
          name,
          name === chosen ? "runs" : available ? "available" : "not here",
          [reason, ...failed].filter(Boolean).join("; "),
        ];
      });
      const sizes = Object.entries(BUILDS).map(([name, what]) => {
        const bytes = fileOf(name);
        return [name, kilobytes(bytes.length), kilobytes(gzipSync(bytes, { level: 9 }).length), what];
      });
      const parts = [
        `lanewise ${packageVersion()}\n${machine()}`,
        tableOf(["backend", "", ""], rows),
        tableOf(["file", "size", "gzipped", ""], sizes),
      ];
      process.stdout.write(`${parts.join("\n\n")}\n`);
    });
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** Adds the command `list`. */
export function addListCommand(program: Command): void {
  program
    .command("list")
    .description("Lists the functions by family, each with its formula and its parameters as options.")
    .addOption(
      new Option("--family <name>", "only one family").choices(families.map(({ family }) => family ?? "token")),
    )
    .addHelpText("after", "\nExamples:\n  $ lanewise list\n  $ lanewise list --family ramp")
    .action(({ family }: { family?: string }) => {
      const all = summaries();
      const groups = byFamily(all.keys()).filter(
        (group) => family === undefined || (group.family.family ?? "token") === family,
      );
      const parts = groups.map(({ family: { heading }, names }) => {
        const rows = names.map((name) => {
          const { what, formula } = all.get(name)!;
          const parameters = Object.keys(targets.get(name)?.parameters ?? {}).map(
            (parameter) => `--${kebab(parameter)}`,
          );
          return [`  ${name}`, formula.replaceAll("`", ""), what, parameters.join(" ")];
        });
        return `${styled(heading, "bold")}\n${tableOf([], rows)}`;
      });
      process.stdout.write(`${parts.join("\n\n")}\n`);
    });
}
