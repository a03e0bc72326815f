import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmCommand } from "../scripts/npm.js";
import { pack } from "../scripts/packed.js";
import { enginesFolder } from "../scripts/test/engines.js";
import { environment } from "./support/commandLine.js";
import { blocks, programs } from "./support/readme.js";

// What someone does who has read the README: a folder made by `npm init -y`, the packed package in it, and the code as it stands.

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "lanewise-newcomer-"));
afterAll(() => rmSync(project, { recursive: true }));

function run(file: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: project, encoding: "utf8", env: environment });
  return { status, stdout, stderr };
}

/** Runs npm, which must succeed. */
function npm(...args: readonly string[]): void {
  const { status, stderr } = run(...npmCommand(...args));
  expect(status, stderr).toBe(0);
}

beforeAll(() => {
  npm("init", "-y");
  npm("install", "--offline", "--no-audit", "--no-fund", pack(project).filename);
});

/** This Node, and the newer ones that are installed for the tests. */
const nodes = [
  process.execPath,
  ...["node24", "node26"].map((name) => join(enginesFolder, "node_modules", name, "bin/node")),
].filter(existsSync);

/** Saves a program and runs it in each Node. */
function results(name: string, code: string) {
  writeFileSync(join(project, name), `${code}\n`);
  return nodes.map((node) => run(node, name));
}

/** What the comments of a program say that it prints. */
function saidToPrint(code: string): string {
  return Array.from(code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm), ([, said]) => `${said}\n`).join("");
}

it("there is a program to paste under every heading that has code, and the first prints three lines", () => {
  expect(programs.map((code) => code.split("\n")[0])).toEqual([
    expect.stringContaining("{ sigmoid, softmax }"),
    expect.stringContaining("useBackend"),
    expect.stringContaining("createArena"),
  ]);
  expect(saidToPrint(programs[0]).match(/\n/g)).toHaveLength(3);
});

it.each(programs.map((code) => [code.split(" //")[0].split("\n")[0], code]))(
  "runs as a file .mjs and prints what it says: %s",
  (_, code) => {
    for (const result of results("first.mjs", code)) {
      expect(result).toEqual({ status: 0, stdout: saidToPrint(code), stderr: "" });
    }
  },
);

describe("the first program in a file .js", () => {
  const [code] = programs;

  it.each([undefined, "commonjs"])("runs by require, where package.json has the type %s", (type) => {
    // npm init has written `commonjs` since npm 11, and nothing before.
    npm("pkg", ...(type === undefined ? ["delete", "type"] : ["set", `type=${type}`]));
    const required = code.replace(/^import .*; \/\/ in CommonJS: (.*)$/m, "$1");
    expect(required).toMatch(/^const \{.*\} = require\("lanewise"\);\n/);
    for (const result of results("first.js", required)) {
      expect(result).toEqual({ status: 0, stdout: saidToPrint(code), stderr: "" });
    }
  });

  it("runs by import after the command that the README names", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const [, command] = /`npm (pkg set type=module)`/.exec(readme)!;
    npm(...command.split(" "));
    for (const result of results("first.js", code)) {
      expect(result).toEqual({ status: 0, stdout: saidToPrint(code), stderr: "" });
    }
  });
});

it.skipIf(nodes.length === 1)(
  "the newer Nodes that `npm test` installs import the whole module as the guide says",
  () => {
    const guide = readFileSync(join(root, "docs/guides/browsers.md"), "utf8");
    const [, statement] = /`(import source .*;)` is that module/.exec(guide)!;
    const code = `import { ready, sigmoid } from "lanewise";\n${statement}\nawait ready(simd);\nconsole.log(sigmoid(0));`;
    const [, ...newer] = results("module.mjs", code);
    for (const { status, stdout, stderr } of newer) expect([status, stdout], stderr).toEqual([0, "0.5\n"]);
  },
);

describe("commands", () => {
  const lines = blocks.filter(({ lang }) => lang === "sh").flatMap(({ text }) => text.split("\n"));
  /** What is run in a clone of the repository, by other tests or by none because it is long. */
  const inClone = ["npm install && npm start", "npm run generate -- --top-p 0.9 --temperature 0.8", "npm test"];

  it("are of installing the package, of its command line, or of a clone", () => {
    const others = lines.filter((line) => !inClone.includes(line) && !line.startsWith("npx lanewise "));
    expect(others).toEqual(["npm install lanewise"]);
  });

  it("draw the README's picture", () => {
    const [command, ...more] = lines.filter((line) => line.startsWith("npx lanewise "));
    expect(more).toEqual([]);
    // npm exec is npx; it must find the command in the project, and ask nobody.
    const [name, ...args] = command.replace("npx ", "").split(" ");
    const { status, stderr } = run(...npmCommand("exec", "--offline", "--no", "--", name, ...args));
    expect([status, stderr]).toEqual([0, ""]);
    expect(readFileSync(join(project, "curves.svg"), "utf8")).toBe(readFileSync(join(root, "docs/curves.svg"), "utf8"));
  });
});
