import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { lexer, type Token, walkTokens } from "marked";
import { describe, expect, it } from "vitest";
import { namesOf, pack, storedNames } from "../scripts/packed.js";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const files = namesOf(pack());

it("the packed files are those that were stored: `npm run packed -- --update` stores what there is", () => {
  expect(files).toEqual(storedNames());
});

it("nothing runs when the package is installed, and nothing else is installed with it", () => {
  const { scripts, ...manifest } = JSON.parse(read("package.json")) as {
    scripts: Record<string, string>;
    [field: string]: unknown;
  };
  // `prepare` runs where a package is installed from its repository.
  const hooks = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];
  expect(Object.keys(scripts).filter((name) => hooks.includes(name))).toEqual([]);
  // npm makes an install script of this file by itself.
  expect(files).not.toContain("binding.gyp");
  for (const field of ["dependencies", "optionalDependencies", "bundleDependencies", "bundledDependencies"]) {
    expect(manifest).not.toHaveProperty(field);
  }
  const { peerDependencies, peerDependenciesMeta: meta } = manifest as Record<string, Record<string, unknown>>;
  expect(meta).toEqual(Object.fromEntries(Object.keys(peerDependencies).map((name) => [name, { optional: true }])));
});

/** The addresses that a document links to or shows, outside of code. */
function addressesIn(markdown: string): string[] {
  const found: string[] = [];
  walkTokens(lexer(markdown), (token: Token) => {
    if (token.type === "link" || token.type === "image") found.push((token as { href: string }).href);
  });
  return found;
}

/** The anchors of the headings of a document, as GitHub makes them. */
function anchorsIn(markdown: string): string[] {
  return Array.from(markdown.matchAll(/^#+ (.*)$/gm), ([, heading]) => {
    return heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-");
  });
}

describe.each(files.filter((file) => file.endsWith(".md")))("%s", (file) => {
  it("links to files, and to parts of them, that the package has", () => {
    const missing = addressesIn(read(file)).filter((address) => {
      if (/^https:\/\//.test(address)) return false;
      const [, path, anchor] = /^([^#]*)(?:#(.*))?$/.exec(address)!;
      const target = path === "" ? file : posix.join(posix.dirname(file), path);
      return !files.includes(target) || (anchor !== undefined && !anchorsIn(read(target)).includes(anchor));
    });
    expect(missing).toEqual([]);
  });
});

describe("notices", () => {
  const programs = files.filter((file) => /\.c?js$/.test(file));
  const having = (pattern: RegExp) => programs.filter((file) => pattern.test(read(file)));

  it("every file with code of the loader says so, in a comment that minifiers keep", () => {
    const loader = having(/return ?\{\s*module(:\s*\w+)?,\s*instance\b/);
    expect(loader).toHaveLength(4); // bundle.js, hosted.js, node-core.cjs, module/generated/loader.js
    expect(
      having(
        /\/\*! changed parts of @assemblyscript\/loader [\d.]+ by Daniel Wirtz and contributors, Apache-2\.0 \*\//,
      ),
    ).toEqual(loader);
  });

  const licenses = read("dist/licenses.txt");
  const [head, ...parts] = licenses.split(`\n\n${"-".repeat(80)}\n\n`);
  const pointing = having(/^(#!.*\n)?\/\*! Parts of other packages: licenses\.txt \*\/\n/);

  it.each([
    ["commander", /commander\.helpDisplayed/],
    ["cli-progress", /noTTYOutput/],
    ["cli-table3", /top-mid/],
    ["@observablehq/plot", /linear-closed/],
    ["linkedom", /DOMParser/],
  ])("the files with code of %s lead to its license", (name, pattern) => {
    const found = having(pattern);
    expect(found).toHaveLength(1);
    expect(pointing).toEqual(expect.arrayContaining(found));
    expect(licenses).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, "m"));
  });

  it("licenses.txt names the files, and has the text of every license with whose it is", () => {
    expect(head).toContain(`in ${pointing.map((file) => file.replace("dist/", "")).join(", ")}.`);
    expect(parts.length).toBeGreaterThan(10);
    for (const part of parts) {
      expect(part).toMatch(/^(\S+ [\d.]+ \([\w.-]+\)\n)+\n/);
      expect(part).toMatch(/^ *(- )?Copyright (?!notice)/m);
      expect(part).toMatch(/permission|permitted/i);
    }
  });

  it("the package's own license is filled in", () => {
    expect(files).toContain("LICENSE");
    expect(read("LICENSE")).toMatch(/^ {3}Copyright \d{4} the lanewise contributors$/m);
    expect(read("LICENSE")).not.toMatch(/\[yyyy\]|\[name of copyright owner\]/);
  });
});
