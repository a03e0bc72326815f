import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { guides, isInstalled, programsOf, runProgram, textOf } from "./support/guides.js";
import { expectSaid } from "./support/said.js";

const root = new URL("..", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };

describe.each(guides)("docs/guides/%s.md", (guide) => {
  const programs = programsOf(guide);

  programs.forEach((program, i) => {
    const missing = isInstalled(program) ? "" : `, which needs ${program.needs.join(" and ")}`;
    it.skipIf(missing !== "")(`program ${i}, ${program.title}${missing}`, () => {
      const { code, said, prints } = program;
      const { errors, printed, got } = runProgram(program, i);
      expect(errors).toBe("");
      expect([code, got.length]).toEqual([code, said.length]);
      got.forEach((value, k) => expectSaid(value, said[k]));
      for (const text of prints) expect(printed).toContain(text);
    });
  });

  it("begins with a title and a description", () => {
    expect(textOf(guide)).toMatch(/^# [^\n]+\n\n[A-Z][^#]+\.\n\n/);
  });

  it("names the version of the package", () => {
    for (const [, named] of textOf(guide).matchAll(/lanewise@(\d[^/"'\s]*)/g)) expect(named).toBe(version);
  });
});

it("the guides say dozens of results", () => {
  const all = guides.flatMap(programsOf);
  expect(all.flatMap(({ said, prints }) => [...said, ...prints]).length).toBeGreaterThan(60);
});
