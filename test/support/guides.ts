/** The programs of docs/guides/*.md, and what they give when they run. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { lexer, type Token } from "marked";
import { SAID } from "./said.js";

const root = new URL("../../", import.meta.url);

/**
 * A program of a guide: a block of code that begins with an import, and those that follow it up to the next of these. Where it lies
 * under the package's root, Node finds the package by its own name.
 */
export interface GuideProgram {
  readonly guide: string;
  /** The first line, to name the program by. */
  readonly title: string;
  readonly code: string;
  /** The results that comments behind statements say, by the order of the statements. */
  readonly said: readonly string[];
  /** What it prints, as far as blocks of text behind its code say. */
  readonly prints: readonly string[];
  /** Packages that it imports beside lanewise, which need not be installed. */
  readonly needs: readonly string[];
}

type Draft = { -readonly [K in keyof GuideProgram]: GuideProgram[K] extends readonly string[] ? string[] : string };

/** The names of the guides: "xor". */
export const guides = readdirSync(new URL("docs/guides/", root))
  .filter((file) => file.endsWith(".md"))
  .map((file) => file.replace(/\.md$/, ""));

export function textOf(guide: string): string {
  return readFileSync(new URL(`docs/guides/${guide}.md`, root), "utf8");
}

/**
 * The programs of a guide: its blocks of js and ts. The comment `<!-- not run: WHY -->` before a block leaves it out, and
 * `<!-- needs: PACKAGE … -->` tells what must be installed to run it.
 */
export function programsOf(guide: string): GuideProgram[] {
  const programs: Draft[] = [];
  let note = "";
  for (const token of lexer(textOf(guide)).flatMap(withItems)) {
    if (token.type === "html") note = token.raw;
    if (token.type !== "code") continue;
    const { lang = "", text } = token as { lang?: string; text: string };
    const current = programs.at(-1);
    if (/^[jt]s$/.test(lang) && !note.startsWith("<!-- not run:")) addBlock(programs, guide, text, note);
    else if (lang === "text" && current !== undefined) current.prints.push(text);
    note = "";
  }
  return programs;
}

/** A program from its text, which begins with an import; `name` is that of its file. */
export function programOf(name: string, text: string): GuideProgram {
  const programs: Draft[] = [];
  addBlock(programs, name, text, "");
  return programs[0];
}

/** A token, and the blocks within the items of a list. */
function withItems(token: Token): Token[] {
  return token.type === "list" ? token.items.flatMap((item: { tokens: Token[] }) => item.tokens) : [token];
}

function addBlock(programs: Draft[], guide: string, text: string, note: string): void {
  const needs = /<!-- needs: (.*) -->/.exec(note)?.[1].split(" ") ?? [];
  if (text.startsWith("import ")) {
    programs.push({ guide, title: text.split("\n")[0], code: "", said: [], prints: [], needs: [] });
  }
  const program = programs.at(-1);
  if (program === undefined) throw new Error(`docs/guides/${guide}.md: the first program must begin with an import`);
  program.needs.push(...needs);
  const before = program.said.length;
  program.code += `${text.replace(STATEMENT, (_, begin: string, log: string, value: string, said: string) => {
    program.said.push(said);
    return log ? `${begin}${log}note(${value.slice(0, -1)}));` : `${begin}note(${value});`;
  })}\n`;
  const comments = text.match(new RegExp(`// (${SAID})$`, "gm"))?.length ?? 0;
  if (program.said.length - before !== comments) {
    throw new Error(`docs/guides/${guide}.md: a result must stand behind a statement of one line:\n${text}`);
  }
}

/** A statement on one line with its result: `const y = sigmoid(x); // Float32Array [0.5]`, or `console.log(y[0]); // 0.5`. */
const STATEMENT = new RegExp(String.raw`^( *(?:const \w+ = )?)(console\.log\()?(.+); // (${SAID})$`, "gm");

/** Tells the parent's file descriptor 3 what the statements gave, with the types of arrays. */
const NOTE = `
import { writeSync as writeNote } from "node:fs";
function note(value) {
  const type = Object.prototype.toString.call(value).slice(8, -1);
  const numbers = ArrayBuffer.isView(value) || Array.isArray(value) ? Array.from(value, String) : undefined;
  writeNote(3, JSON.stringify(numbers ? { type, numbers } : { value: typeof value === "number" ? { number: String(value) } : value }) + "\\n");
  return value;
}
`;

/** What a program gave. */
export interface Outcome {
  readonly printed: string;
  /** Why it failed; "" if it didn't. */
  readonly errors: string;
  /** The values of the statements whose results are said, in their order. */
  readonly got: readonly unknown[];
}

/** Runs a program in a Node of its own, from a folder under the root where the packages are that it needs. */
export function runProgram({ guide, code }: GuideProgram, index: number, under = "build/guides/"): Outcome {
  const folder = new URL(under, root);
  mkdirSync(folder, { recursive: true });
  const file = fileURLToPath(new URL(`${guide}-${index}.mjs`, folder));
  writeFileSync(file, transformSync(NOTE + code, { loader: "ts", target: "node20", format: "esm" }).code);
  const { status, stdout, stderr, output } = spawnSync(process.execPath, [file], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const notes = (output[3] ?? "").split("\n").filter(Boolean);
  return { printed: stdout, errors: status === 0 ? "" : `exit code ${status}: ${stderr}`, got: notes.map(valueOf) };
}

/** The value of a note: typed arrays come back as such. */
function valueOf(line: string): unknown {
  const { type, numbers, value } = JSON.parse(line) as { type: string; numbers?: string[]; value: unknown };
  if (numbers === undefined) {
    return typeof value === "object" && value !== null ? Number((value as { number: string }).number) : value;
  }
  const made = (globalThis as unknown as Record<string, { from(values: number[]): unknown }>)[type];
  return made.from(numbers.map(Number));
}

/** Whether all packages are there that a program needs, in a folder under the root or in the root. */
export function isInstalled({ needs }: GuideProgram, under = "build/guides/"): boolean {
  return needs.every((name) =>
    [under, ""].some((folder) => existsSync(new URL(`${folder}node_modules/${name}`, root))),
  );
}
