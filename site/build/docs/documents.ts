/** The pages that are Markdown files of the repository: guides, and what was measured. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fullNames, libraries } from "../../../scripts/otherLibraries/libraries.js";
import { headingOf } from "../../../scripts/otherLibraries/tables.js";
import { figureOfComment, withFigures } from "./figures.js";
import { headOf, renderMarkdown } from "./markdown.js";
import type { DocsPage } from "./page.js";
import { slugOf } from "./text.js";

const root = new URL("../../../", import.meta.url);

/** The guides that are read first, in their order; the others follow by title. */
const firstGuides = ["quick-start", "choosing", "xor", "sampling"];

/** What was measured and noted, in the order of the list. */
const references = ["plot", "tfjs", "cli", "accuracy", "speed", "numerics", "reliability"].map((name) => ({
  file: `docs/${name}.md`,
  path: `docs/${name}.html`,
}));

const changelog = { file: "CHANGELOG.md", path: "docs/changelog.html" };

function guideFiles(): { file: string; path: string }[] {
  const folder = new URL("docs/guides/", root);
  const names = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".md")) : [];
  return names.map((name) => ({ file: `docs/guides/${name}`, path: `docs/guides/${name.replace(/md$/, "html")}` }));
}

/** The page of a path in the repository; undefined where there is none. */
function resolve(path: string): string | undefined {
  const made = [...guideFiles(), ...references, changelog].find(({ file }) => file === path);
  if (made !== undefined) return existsSync(new URL(made.file, root)) ? made.path : undefined;
  const [, op] = /^src\/ops\/(\w+)\.ts$/.exec(path) ?? [];
  if (op !== undefined) return `docs/functions/${op}.html`;
  const [, page] = /^site\/((?:docs\/sampling\/)?\w+\.html)$/.exec(path) ?? [];
  if (page !== undefined) return page;
  return path === "README.md" ? "docs/index.html" : undefined;
}

function documentPage({ file, path }: { file: string; path: string }): DocsPage {
  const markdown = readFileSync(new URL(file, root), "utf8");
  const body = renderMarkdown(markdown, { file, page: path, resolve, figure: figureOfComment });
  const page = { path, ...headOf(markdown, file), body: withFigures(body) };
  return file === "docs/guides/coming-from.md" ? { ...page, sectionNames: namesByHeading() } : page;
}

/** The full names of calls that only other libraries have, by the headings of their tables: those of others are on the functions' pages. */
function namesByHeading(): Record<string, readonly string[]> {
  const sections = libraries.flatMap((library) =>
    Object.entries(library.tables).map(([title, entries]) => {
      const names = entries.flatMap((entry) => ("none" in entry ? fullNames(library, entry.there) : []));
      return [slugOf(headingOf(library.name, title)), [...new Set(names)]] as const;
    }),
  );
  return Object.fromEntries(sections);
}

/** The guides, those that are read first at the beginning. */
export function guidePages(): DocsPage[] {
  const rank = ({ path }: DocsPage) => firstGuides.findIndex((name) => path.endsWith(`/${name}.html`)) + 1 || Infinity;
  return guideFiles()
    .map(documentPage)
    .sort((a, b) => (rank(a) === rank(b) ? (a.title < b.title ? -1 : 1) : rank(a) < rank(b) ? -1 : 1));
}

/** What was measured, and what has changed. */
export function referencePages(): DocsPage[] {
  return [...references, changelog].filter(({ file }) => existsSync(new URL(file, root))).map(documentPage);
}
