/** A page of the documentation, before the layout that all pages of the site share. */

import { navigationOf, type NavigationGroup } from "./navigation.js";
import { escapeHtml } from "./text.js";

/** A page. */
export interface DocsPage {
  /** Its address under the site's root: "docs/functions/sigmoid.html". */
  readonly path: string;
  readonly title: string;
  /** In a sentence, for the head and the list of results of a search. */
  readonly description: string;
  /** The inside of `<main>`, with one h1. */
  readonly body: string;
  /** Other names of what it tells of, which a search finds. */
  readonly names?: readonly string[];
  /** The same of its sections, by the ends of their addresses. */
  readonly sectionNames?: Readonly<Record<string, readonly string[]>>;
  /** The module of its own script, by its address under site/. Default: none but that of all pages here. */
  readonly script?: string;
}

/** A page as HTML, with the navigation of the documentation beside its content. */
export function renderPage(page: DocsPage, groups: readonly NavigationGroup[]): string {
  const { body, description, path, script, title } = page;
  const scripts = ["src/docs/main.ts", ...(script === undefined ? [] : [script])];
  return `<!doctype html>
<html lang="en">
<head>
<title>${escapeHtml(title)} · lanewise</title>
<meta name="description" content="${escapeHtml(description)}">
${scripts.map((file) => `<script type="module" src="/${file}"></script>`).join("\n")}
</head>
<body>
<div class="docs">
${navigationOf(groups, path)}
<main>
${body}
</main>
</div>
</body>
</html>
`;
}
