import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import * as sampling from "lanewise/sampling";

const dist = new URL("../../site/dist/", import.meta.url);

/** A page of the site as it is served. */
interface Page {
  readonly path: string;
  readonly document: Document;
  readonly ids: ReadonlySet<string>;
}

const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
const pages = new Map(files.filter((path) => path.endsWith(".html")).map((path) => [path, readPage(path)]));

function readPage(path: string): Page {
  const { document } = parseHTML(readFileSync(new URL(path, dist), "utf8")) as unknown as { document: Document };
  const ids = Array.from(document.querySelectorAll("[id]"), (element) => element.id);
  return { path, document, ids: new Set(ids) };
}

const isElsewhere = (address: string) => /^(?:[a-z]+:)?\/\//.test(address);
const isInline = (address: string) => /^(?:data|javascript|mailto):/.test(address);

/** The addresses of a page's elements, as they are written. */
function addressesOf({ document }: Page, selector: string): string[] {
  return Array.from(document.querySelectorAll(selector), (element) => {
    return element.getAttribute("href") ?? element.getAttribute("src") ?? "";
  });
}

it("there are pages of functions, guides and the API", () => {
  for (const path of [
    "index",
    "docs/index",
    "docs/functions/sigmoid",
    "docs/guides/quick-start",
    "api/index",
    "sampling",
  ]) {
    expect([...pages.keys()]).toContain(`${path}.html`);
  }
});

it("there is a page of every function of lanewise/sampling, with its formula and pictures, and one in the API", () => {
  for (const name of Object.keys(sampling)) {
    const { document } = pages.get(`docs/sampling/${name}.html`)!;
    expect(document.querySelectorAll(".formula math").length, name).toBeGreaterThan(0);
    expect(document.querySelectorAll('.bars svg[role="img"]').length, name).toBeGreaterThan(1);
    expect(document.querySelector(".docs-nav a[aria-current]")?.textContent).toBe(name);
    for (const part of ["example", "parameters", "errors", "at-the-edges", "calls", "see-also"]) {
      expect(document.querySelector(`h2#${part}`), `${name} ${part}`).not.toBeNull();
    }
    expect([...pages.keys()]).toContain(`api/functions/lanewise_sampling.${name}.html`);
  }
});

it("every address in a page leads to a file, and to a part of it, that exists", () => {
  const missing: string[] = [];
  for (const page of pages.values()) {
    for (const address of addressesOf(page, "[href], [src]")) {
      if (isElsewhere(address) || isInline(address)) continue;
      if (address.startsWith("/")) missing.push(`${page.path}: ${address} is not relative`);
      const [, file, fragment] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(address)!;
      const target = file === "" ? page.path : posix.join(posix.dirname(page.path), decodeURI(file));
      if (!existsSync(new URL(target, dist))) missing.push(`${page.path}: ${address}`);
      const ids = pages.get(target)?.ids;
      if (fragment && ids !== undefined && !ids.has(decodeURIComponent(fragment)))
        missing.push(`${page.path}: ${address}`);
    }
  }
  expect(missing).toEqual([]);
});

it("what guides name of the site are links here", () => {
  const guides = new URL("../../docs/guides/", import.meta.url);
  const named = readdirSync(guides).flatMap((guide) => {
    const text = readFileSync(new URL(guide, guides), "utf8");
    return Array.from(text.matchAll(/<!-- site\/(\S+) -->/g), ([, address]) => [guide.replace(/md$/, "html"), address]);
  });
  expect(named.length).toBeGreaterThan(10);
  for (const [guide, address] of named) {
    const links = addressesOf(pages.get(`docs/guides/${guide}`)!, "main a");
    expect(
      links.map((link) => posix.join("docs/guides", link)),
      guide,
    ).toContain(address);
  }
});

it("no page has anything of another host", () => {
  for (const page of pages.values()) {
    const loaded = addressesOf(page, "link[href], script[src], img[src], iframe[src], source[src], use[href]");
    expect(loaded.filter(isElsewhere), page.path).toEqual([]);
  }
  for (const path of files.filter((file) => file.endsWith(".css"))) {
    expect(readFileSync(new URL(path, dist), "utf8"), path).not.toMatch(/url\(\s*["']?(?:https?:)?\/\//);
  }
});

describe("every page", () => {
  it("has a title and a description", () => {
    for (const { document, path } of pages.values()) {
      expect(document.querySelector("title")?.textContent, path).toMatch(/\S/);
      expect(document.querySelector('meta[name="description"]')?.getAttribute("content"), path).toMatch(/\S/);
    }
  });

  it("has one heading of the first level, and ids that occur once", () => {
    for (const { document, ids, path } of pages.values()) {
      expect(document.querySelectorAll("h1").length, path).toBe(1);
      expect(document.querySelectorAll("[id]").length, path).toBe(ids.size);
    }
  });
});

it("pages of the documentation have titles of their own", () => {
  const docs = [...pages.values()].filter(({ path }) => path.startsWith("docs/"));
  const titles = docs.map(({ document }) => document.title);
  expect(new Set(titles).size).toBe(titles.length);
});
