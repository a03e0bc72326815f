/** Text in HTML, HTML as text, and addresses. */

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The text of HTML, in one line. */
export function textOf(html: string): string {
  return html
    .replace(/<(svg|math|script|style)[^]*?<\/\1>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(lt|gt|quot|amp);/g, (_, name: keyof typeof entities) => entities[name])
    .replace(/\s+/g, " ")
    .trim();
}

const entities = { lt: "<", gt: ">", quot: '"', amp: "&" };

/** A heading as the end of an address, as GitHub makes it: "Half precision" is #half-precision. */
export function slugOf(heading: string): string {
  return textOf(heading.replace(/<[^>]+>/g, ""))
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The way from a page to an address, both under the site's root. */
export function hrefFrom(page: string, to: string): string {
  const from = page.split("/").slice(0, -1);
  const parts = to.split("/");
  let common = 0;
  while (common < from.length && common < parts.length - 1 && from[common] === parts[common]) common++;
  return "../".repeat(from.length - common) + parts.slice(common).join("/");
}
