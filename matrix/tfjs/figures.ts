/**
 * Measures tfjs with and without lanewise's kernels, and writes the tables of docs/tfjs.md: `npx tsx matrix/tfjs/figures.ts`, after
 * `npm run build`. It takes some minutes.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import prettier from "prettier";
import { digits } from "../../bench/format.js";
import { table } from "../../scripts/markdown.js";
import { install, pack, versionOf } from "../packages.js";
import type { Backend, Errors, FiguresFound, Speed } from "./found.js";
import { bundle, reportOf } from "./programs.js";

/** A measurement takes each of both so long. */
const MILLISECONDS = 80;

const build = fileURLToPath(new URL("../../build/matrix/", import.meta.url));
const document = fileURLToPath(new URL("../../docs/tfjs.md", import.meta.url));
const backends: readonly Backend[] = ["cpu", "wasm"];
const sizes = [1000, 1_000_000];

const titleOf = ({ name, isGradient }: Speed | Errors) => (isGradient ? `${name}, gradient` : name);

function speedCell({ tfjs, lanewise }: Speed): string {
  const [min, median] = [0, 1].map((i) => `${digits(tfjs[i] / lanewise[i])}×`);
  return `${min} (${median}; ${digits(lanewise[0])} ns)`;
}

function speedTable(speeds: readonly Speed[]): string {
  const heads = backends.flatMap((backend) => sizes.map((size) => `${backend}, ${size.toLocaleString("en")}`));
  const rows = [...new Set(speeds.map(titleOf))].map((title) => {
    const own = speeds.filter((speed) => titleOf(speed) === title);
    return [
      title,
      ...backends.flatMap((backend) =>
        sizes.map((size) => speedCell(own.find((speed) => speed.backend === backend && speed.size === size)!)),
      ),
    ];
  });
  return table([["kernel", ...heads], ...rows], "--:");
}

/** From here on a result that is an ordinary number has no digit right; one that is subnormal was taken for 0. */
const ALL_DIGITS = 2 ** 22;

function errorCell(error: string): string {
  const ulp = Number(error);
  return !Number.isFinite(ulp) ? "NaN" : ulp > ALL_DIGITS ? "all digits" : digits(ulp);
}

function errorTable(errors: readonly Errors[]): string {
  const rows = [...new Set(errors.map(titleOf))].map((title) => {
    const own = errors.filter((error) => titleOf(error) === title);
    const [cpu, wasm] = backends.map((backend) => own.find((error) => error.backend === backend)!);
    const same =
      cpu.lanewise === wasm.lanewise ? cpu.lanewise : String(Math.max(Number(cpu.lanewise), Number(wasm.lanewise)));
    return [title, errorCell(cpu.tfjs), errorCell(wasm.tfjs), errorCell(same)];
  });
  return table([["kernel", "tfjs cpu", "tfjs wasm", "lanewise"], ...rows], "--:");
}

const folder = join(build, "tfjs", "figures");
mkdirSync(folder, { recursive: true });
await install("tfjs", folder, await pack(join(build, "packed")));
const file = await bundle(folder, "figures", 'import "./figures.js";');
const { speeds, errors } = await reportOf<FiguresFound>(folder, file, String(MILLISECONDS));
const versions = `tfjs ${versionOf(folder, "@tensorflow/tfjs-core")}, Node ${process.versions.node}, ${cpus()[0].model.trim()}`;
const texts: Readonly<Record<string, string>> = {
  speed: `${speedTable(speeds)}\n\n${versions}, ${new Date().toISOString().slice(0, 10)}.`,
  errors: errorTable(errors),
};
let text = readFileSync(document, "utf8");
for (const [name, made] of Object.entries(texts)) {
  text = text.replace(
    new RegExp(`(<!-- ${name}: [^>]*-->)[^]*?(<!-- end of ${name} -->)`),
    (_, begin: string, end: string) => {
      return `${begin}\n\n${made}\n\n${end}`;
    },
  );
}
const options = await prettier.resolveConfig(document);
writeFileSync(document, await prettier.format(text, { ...options, filepath: document }));
console.log(`${texts.speed}\n\n${texts.errors}`);
