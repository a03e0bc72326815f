/**
 * Makes the documentation's pages in site/docs/, the index of the search and the API reference in site/generated/: what isn't in
 * git. Run by prepare.ts, when the package is built.
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { docstrings, samplingDocstrings } from "../../scripts/docstrings.js";
import { byFamily } from "../../scripts/families.js";
import { makeApi } from "./docs/api.js";
import { guidePages, referencePages } from "./docs/documents.js";
import { functionPage, functionPath } from "./docs/functionPage.js";
import type { NavigationGroup } from "./docs/navigation.js";
import { apiPath, functionsPage, homePage } from "./docs/overview.js";
import { type DocsPage, renderPage } from "./docs/page.js";
import { samplingList, samplingOverview } from "./docs/sampling/overview.js";
import { samplingPage, samplingPath, samplingTypes } from "./docs/sampling/page.js";
import { searchIndex, searchPage } from "./docs/searchIndex.js";
import { functionTypes } from "./docs/signatures.js";

const site = fileURLToPath(new URL("../", import.meta.url));

function write(path: string, text: string): void {
  mkdirSync(dirname(site + path), { recursive: true });
  writeFileSync(site + path, text);
}

const texts = docstrings();
const types = functionTypes(texts.keys());
const families = byFamily(texts.keys());
const guides = guidePages();
const references = referencePages();
const functions = families.flatMap(({ names }) =>
  names.map((name) => functionPage({ name, docstring: texts.get(name)!, type: types.get(name)!, family: names })),
);
const samplingGroups = samplingDocstrings();
const samplingNames = samplingGroups.flatMap((group) => [...group.docstrings.keys()]);
const typesOfSampling = functionTypes(samplingNames, samplingTypes);
const sampling = samplingGroups.flatMap((group) =>
  Array.from(group.docstrings, ([name, docstring]) =>
    samplingPage({ name, docstring, type: typesOfSampling.get(name)!, group: [...group.docstrings.keys()] }),
  ),
);
const overviews = [homePage(guides, references, families, samplingGroups), functionsPage(families, texts)];
const pages: DocsPage[] = [...overviews, ...guides, ...references, ...functions, samplingOverview(samplingGroups), ...sampling];

const linkOf = ({ path, title }: DocsPage) => ({ path, name: title });
const groups: NavigationGroup[] = [
  { heading: "Start", links: overviews.map(linkOf) },
  { heading: "Guides", links: guides.map(linkOf) },
  ...families.map(({ family, names }) => ({
    heading: family.heading,
    folds: true,
    links: names.map((name) => ({ path: functionPath(name), name })),
  })),
  {
    heading: "Choosing a token",
    folds: true,
    links: [
      { path: samplingList, name: "All of lanewise/sampling" },
      ...samplingNames.map((name) => ({ path: samplingPath(name), name })),
    ],
  },
  { heading: "Reference", links: [{ path: apiPath, name: "API" }, ...references.map(linkOf)] },
];

rmSync(`${site}docs`, { recursive: true, force: true });
for (const page of [...pages, searchPage()]) write(page.path, renderPage(page, groups));
write("generated/search.json", searchIndex(pages));
await makeApi();
