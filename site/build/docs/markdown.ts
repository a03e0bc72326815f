/** Markdown to HTML: headings with addresses, links to the site's pages, tables that scroll. */

import { posix } from "node:path";
import { Marked, type Tokens } from "marked";
import { escapeHtml, hrefFrom, slugOf } from "./text.js";

/** Where Markdown comes from, and which page it becomes. */
export interface MarkdownPlace {
  /** The file's path in the repository: "docs/accuracy.md". */
  readonly file: string;
  /** The page's address under the site's root. */
  readonly page: string;
  /** The address under the site's root for a path in the repository; undefined where the site has no such page. */
  readonly resolve: (path: string) => string | undefined;
  /** What a comment asks for; empty where it asks for nothing. */
  readonly figure: (comment: string) => string;
}

/**
 * What is a link on the site alone, to a page that the package doesn't have: `_text_<!-- site/layers.html -->`. The address is that
 * from the root of the repository.
 */
const PAGE_OF_SITE = /(?<!\w)_([^_\n]+)_<!-- (site\/\S+) -->/g;

/** Turns a file's Markdown into HTML. */
export function renderMarkdown(markdown: string, place: MarkdownPlace): string {
  const slugs = new Map<string, number>();
  let heading = "";
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading): string {
        const inside = this.parser.parseInline(tokens);
        heading = inside.replace(/<[^>]+>/g, "");
        const slug = slugOf(inside);
        const times = slugs.get(slug) ?? 0;
        slugs.set(slug, times + 1);
        return `<h${depth} id="${times === 0 ? slug : `${slug}-${times}`}">${inside}</h${depth}>\n`;
      },
      code({ text, lang }: Tokens.Code): string {
        return codeBlock(text, lang);
      },
      html({ text }: Tokens.HTML | Tokens.Tag): string {
        // Other comments tell how the file is made.
        return text.startsWith("<!--") ? place.figure(text) : text;
      },
      link({ href, tokens }: Tokens.Link): string {
        const inside = this.parser.parseInline(tokens);
        const target = targetOf(href, place);
        // What only the repository has can't be followed from here.
        return target === undefined ? inside : `<a href="${escapeHtml(target)}">${inside.replace(/^(\w+)\.md$/, "$1")}</a>`;
      },
      table({ header, rows }: Tokens.Table): string {
        const row = (cells: readonly Tokens.TableCell[], name: "th" | "td") => {
          const made = cells.map(({ tokens, align }, i) => {
            const scope = name === "th" ? ' scope="col"' : "";
            const number = align === "right" && i > 0 ? ' class="number"' : "";
            return `<${name}${scope}${number}>${this.parser.parseInline(tokens)}</${name}>`;
          });
          return `<tr>${made.join("")}</tr>`;
        };
        const body = rows.map((cells) => row(cells, "td")).join("\n");
        // Calls there and here stand below each other where it is narrow.
        const pairs = header.map(({ text }) => text).join() === "there,here" ? ' class="pairs"' : "";
        const table = `<table${pairs}>\n<thead>${row(header, "th")}</thead>\n<tbody>${body}</tbody>\n</table>`;
        return scrolling(table, `Table: ${heading}`);
      },
    },
  });
  return marked.parse(markdown.replace(PAGE_OF_SITE, "[$1]($2)"), { async: false });
}

/** A block of code; `lang` names its language. */
export function codeBlock(text: string, lang = ""): string {
  const [language = ""] = lang.split(" ");
  const name = language === "" ? "" : ` data-language="${escapeHtml(language)}"`;
  return `<div class="code"${name}><pre tabindex="0"><code>${escapeHtml(text)}</code></pre></div>\n`;
}

/** What may be wider than the window, and can then be scrolled by the keyboard too. */
export function scrolling(html: string, name: string): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="${name.replaceAll('"', "")}">${html}</div>\n`;
}

/** Where a link leads from the page; undefined where the site has no such file. */
function targetOf(href: string, { file, page, resolve }: MarkdownPlace): string | undefined {
  if (/^(https?:|#)/.test(href)) return href;
  const [, path, rest] = /^([^?#]*)(.*)$/.exec(href)!;
  const full = path.startsWith("site/") ? path : posix.join(posix.dirname(file), path);
  const target = resolve(full.replace(/\/$/, ""));
  return target === undefined ? undefined : hrefFrom(page, target) + rest;
}

/** The title of a Markdown file, and its first paragraph as text. */
export function headOf(markdown: string, file: string): { title: string; description: string } {
  const text = markdown.replace(/<!--[^]*?-->\n?/g, "");
  const [, title, paragraph] = /^# (.+)\n+((?!```|[#|])\S[^]*?)\n\n/.exec(`${text}\n\n`) ?? [];
  if (title === undefined) throw new Error(`${file} must begin with "# TITLE" and a paragraph that says what it tells`);
  const description = paragraph
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/[`*]|(?<!\w)_|_(?!\w)/g, "")
    .replace(/\s+/g, " ");
  return { title: title.replaceAll("`", ""), description };
}
