/** The list of all pages of the documentation, beside each of them. */

import { escapeHtml, hrefFrom } from "./text.js";

/** Pages under a heading. */
export interface NavigationGroup {
  readonly heading: string;
  /** It can be folded away, and is but where it has the page that is shown. */
  readonly folds?: boolean;
  readonly links: readonly { readonly path: string; readonly name: string }[];
}

/** Folds the list away in narrow windows before it is painted; site/src/docs/main.ts follows the window from then on. */
const fold = `<script>document.querySelector(".docs-menu").open = matchMedia("(min-width: 62rem)").matches;</script>`;

/** The list, in which the page at `path` is marked. */
export function navigationOf(groups: readonly NavigationGroup[], path: string): string {
  return `<nav class="docs-nav" aria-label="Documentation">
<details class="docs-menu" open><summary>Documentation</summary>
${groups.map((group) => groupOf(group, path)).join("\n")}
</details>${fold}
</nav>`;
}

function groupOf({ folds, heading, links }: NavigationGroup, path: string): string {
  const items = links.map((link) => {
    const current = link.path === path ? ' aria-current="page"' : "";
    return `<li><a href="${hrefFrom(path, link.path)}"${current}>${escapeHtml(link.name)}</a></li>`;
  });
  const list = `<ul>\n${items.join("\n")}\n</ul>`;
  if (!folds) return `<p class="docs-group">${escapeHtml(heading)}</p>\n${list}`;
  const isOpen = links.some((link) => link.path === path);
  return `<details${isOpen ? " open" : ""}><summary>${escapeHtml(heading)}</summary>\n${list}\n</details>`;
}
