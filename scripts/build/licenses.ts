/** The licenses of the packages that have code in dist/. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loaderNotice } from "./loader.js";

/** The folders of the packages that a file of a bundle has code of. */
export function packagesIn({ modules }: { readonly modules: Readonly<Record<string, { readonly code: string | null }>> }): string[] {
  const taken = Object.entries(modules).filter(([, { code }]) => code !== null && code !== "");
  const folders = taken.flatMap(([id]) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []);
  return [...new Set(folders)].filter((folder) => existsSync(join(folder, "package.json")));
}

/** What the package of a license says that has no file of it: its terms are these, by their name in SPDX. */
const TERMS: Readonly<Record<string, string>> = {
  ISC:
    "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided " +
    "that the above copyright notice and this permission notice appear in all copies.\n\n" +
    'THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED ' +
    "WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR " +
    "CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, " +
    "NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.",
};

/** A package by its name, version and license, and the text of that, with the notices of the package if it has some. */
function licenseOf(folder: string): { name: string; text: string } {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const files = readdirSync(folder).filter((file) => /^(licen[sc]e|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (!files.some((file) => /^licen/i.test(file))) {
    if (!(license in TERMS)) throw new Error(`scripts/build/licenses.ts lacks the terms of ${license}, of which ${name} has no file`);
    texts.push(`Copyright (c) ${author}\n\n${TERMS[license]}`);
  }
  return { name: `${name} ${version} (${license})`, text: texts.join("\n\n") };
}

/** The licenses of the packages that these files of dist/ have parts of, each text once. */
export function licensesText(files: readonly string[], folders: readonly string[]): string {
  const names = new Map<string, string[]>();
  for (const { name, text } of folders.map(licenseOf).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    names.set(text, [...(names.get(text) ?? []), name]);
  }
  const head =
    `Parts of these packages are in ${files.join(", ")}.\n` +
    `Files with kernels have ${loaderNotice()}: the license is that of this package, in its file LICENSE.`;
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  return `${[head, ...Array.from(names, ([text, list]) => `${list.join("\n")}\n\n${text}`)].join(rule)}\n`;
}
