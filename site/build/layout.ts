/** What all pages have in common: the head, the header with the navigation, and the footer. */

/** The pages of the header, by their addresses under the site's root. */
export const navigation = [
  { href: "functions.html", name: "Functions" },
  { href: "softmax.html", name: "Softmax" },
  { href: "sampling.html", name: "Sampling" },
  { href: "layers.html", name: "Layers" },
  { href: "digits.html", name: "Digits" },
  { href: "train.html", name: "Train" },
  { href: "benchmark.html", name: "Benchmark" },
  { href: "docs/index.html", name: "Docs" },
] as const;

/** Sets the chosen theme before anything is painted. */
const themeScript = `try { const t = localStorage.getItem("theme"); if (t) document.documentElement.dataset.theme = t; } catch {}`;

/**
 * A page with all that pages have in common.
 *
 * @param html a page that has a `<title>`, a description, and one `<main>`
 * @param path its address under the site's root: "docs/index.html"
 */
export function withLayout(html: string, path: string): string {
  if (!/<title>[^<]+<\/title>/.test(html)) throw new Error(`${path} has no <title>`);
  if (!/<meta\s+name="description"\s+content="[^"]+"/.test(html)) throw new Error(`${path} has no description`);
  const root = "../".repeat(path.split("/").length - 1) || "./";
  const links = navigation.map(({ href, name }) => {
    const isHere = href === path || (href.startsWith("docs/") && path.startsWith("docs/"));
    return `<li><a href="${root}${href}"${isHere ? ' aria-current="page"' : ""}>${name}</a></li>`;
  });
  const head = `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${iconAddress}">
<script>${themeScript}</script>
<script type="module" src="/src/shell.ts"></script>`;
  const header = `<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="${root}index.html">lanewise</a>
<nav aria-label="Pages"><ul>
${links.join("\n")}
</ul></nav>
${path === "docs/search.html" ? "" : searchForm(root)}
<button id="theme" type="button" aria-label="Theme: as the system has it">◐</button>
</header>`;
  const footer = `<footer class="bottom">
<p>lanewise: the nonlinear functions of neural networks over typed arrays. Apache-2.0. <a href="${root}docs/index.html">Documentation</a></p>
</footer>`;
  return html
    .replace(/<html[^>]*>/, '<html lang="en">')
    .replace("<head>", `<head>\n${head}`)
    .replace(/<main(?![^>]*id=)/, '<main id="main"')
    .replace(/<body[^>]*>/, (body) => `${body}\n${header}`)
    .replace("</body>", () => `${footer}\n</body>`);
}

/** Leads to the page of the search, which has a form of its own. */
function searchForm(root: string): string {
  return `<form class="search" role="search" action="${root}docs/search.html"><input type="search" name="q" placeholder="Search" aria-label="Search the documentation"></form>`;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f5fbf"/><path d="M5 24h8l8-16h6" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** The icon as an address that holds it. */
export const iconAddress = `data:image/svg+xml,${encodeURIComponent(icon)}`;
