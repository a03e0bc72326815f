import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { pack } from "../scripts/packed.js";
import { softmax } from "../src/index.js";
import { cli, environment, fileOf, folder, read, root, run, succeed, writeInput, x } from "./support/commandLine.js";

beforeAll(writeInput);

describe("plot", () => {
  it("draws in the terminal, in its width and without colours in a pipe", () => {
    const { out } = succeed(["plot", "sigmoid", "tanh", "--derivative", "--domain", "-4", "4"], {
      env: { COLUMNS: "60" },
    });
    expect(out).not.toContain("\x1b");
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
    for (const label of ["a  sigmoid\n", "b  sigmoid: derivative", "c  tanh\n", "d  tanh: derivative"])
      expect(out).toContain(label);
    // Each letter stands on its curve and in the legend.
    for (const letter of "abcd") expect(out.split(letter).length).toBeGreaterThan(2);
    expect(out).toMatch(/[\u2801-\u28ff]{5}/);
    expect(out).toMatch(/ -4 .* -2 .* 0 .* 2 .* 4\n/);
    expect(succeed(["plot", "relu"], { env: { FORCE_COLOR: "1" } }).out).toContain("\x1b[38;5;");
    expect(succeed(["plot", "relu"], { env: { FORCE_COLOR: "0" } }).out).not.toContain("\x1b");
  });

  it("draws a curve where it is", () => {
    const { out } = succeed(["plot", "step", "--domain", "-1", "1", "--width", "60", "--height", "20"]);
    const lines = out.split("\n").filter((line) => /[┤│]/.test(line));
    const isDotted = (line: string, side: "left" | "right") => {
      const [from, to] = side === "left" ? [8, 30] : [36, 58];
      return /[\u2801-\u28ff]{10}/.test(line.slice(from, to));
    };
    expect(lines.filter((line) => isDotted(line, "left"))).toEqual([lines[lines.length - 1]]);
    expect(lines.filter((line) => isDotted(line, "right"))).toEqual([lines[0]]);
  });

  it("writes svg, html and png", () => {
    succeed([
      "plot",
      "leakyRelu",
      "elu",
      "--negative-slope",
      "0.2",
      "--title",
      "Two & two",
      "--width",
      "500",
      "-o",
      "p.svg",
    ]);
    const svg = read("p.svg").toString();
    expect(svg).toMatch(/^<svg[^>]* width="500"/);
    expect(svg).toContain("Two &amp; two");
    expect(svg).toContain("0.2");
    succeed(["plot", "gelu", "-o", "p.html"]);
    const page = read("p.html").toString();
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<title>gelu<\/title>[\s\S]*<main>\n<svg/);
    expect(page).not.toMatch(/(src|href)="/);
    expect(run(["plot", "gelu", "-o", "p.png"]).status).toBe(0);
    expect(read("p.png").subarray(1, 4).toString()).toBe("PNG");
    expect(read("p.png").readUInt32BE(16)).toBe(1280);
  });

  it("draws softmax, the flow of gradients, what linear layers collapse to, and errors", () => {
    const bars = succeed(["plot", "softmax", "--logits", "2", "1", "-1", "--temperature", "0.5", "1"]).out;
    for (const p of softmax(Float64Array.of(2, 1, -1), { temperature: 0.5 })) expect(bars).toContain(p.toFixed(4));
    expect(succeed(["plot", "gradient-flow", "sigmoid", "relu", "--layers", "20"]).out).toMatch(
      /sigmoid: \S+e-1\d after 20/,
    );
    expect(succeed(["plot", "linear-collapse"]).out).toContain("h(h(h(x)))");
    for (const args of [
      ["softmax", "--logits", "1", "2"],
      ["gradient-flow", "tanh"],
      ["linear-collapse"],
      ["tanh", "--error"],
    ]) {
      succeed(["plot", ...args, "-o", "other.svg"]);
      expect(read("other.svg").toString()).toMatch(/^<svg/);
      rmSync(fileOf("other.svg"));
    }
  });

  it.each([
    [["sigmod"], "there is no function sigmod: did you mean sigmoid?"],
    [["softmax"], "softmax needs logits"],
    [["swiglu"], "swiglu is no function of one number"],
    [["gelu.derivative"], "write gelu --derivative"],
    [["sigmoid", "--negative-slope", "1"], "It is a parameter of leakyRelu."],
    [["leakyRelu", "--negativ-slope", "1"], "Did you mean --negative-slope?"],
    [["leakyRelu", "--negative-slope", "steep"], "It must be a number."],
    [["sigmoid", "--domain", "4", "-4"], "the smaller one first"],
    [["sigmoid", "--logits", "1"], "--logits is not for this plot"],
    [["sigmoid", "-o", "x.gif"], "must end in .svg, .html or .png"],
    [["celu", "--alpha", "-1"], "--alpha must be greater than 0"],
    [["gradient-flow", "relu", "--layers", "101"], "--layers must be from 1 to 100, not 101"],
  ])("exits with 2 for %j", (args, message) => {
    const { err, status } = run(["plot", ...args]);
    expect(err).toContain(message);
    expect(err).toContain("`lanewise plot --help` shows examples.");
    expect(status).toBe(2);
  });
});

describe("docs/cli.md", () => {
  const text = readFileSync(join(root, "docs/cli.md"), "utf8");
  const commands = Array.from(text.matchAll(/^npx lanewise (.*)$/gm), ([, command]) => command);

  it.skipIf(process.platform === "win32").each(commands)("lanewise %s", (command) => {
    for (const name of ["in.npy", "logits.npy"]) writeFileSync(fileOf(name), read("x.npy"));
    writeFileSync(fileOf("in.raw"), x);
    // What takes longest is measured with little.
    const line = command === "bench" ? "bench relu" : command;
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", `"$NODE" "$CLI" ${line}`], {
      cwd: folder,
      encoding: "latin1",
      env: { ...environment, NODE: process.execPath, CLI: cli },
    });
    // A machine without fonts is told so.
    if (!command.endsWith(".png")) expect(stderr).toBe("");
    expect(status).toBe(0);
    const [, file] = /(?:-o|>) (\S+)$/.exec(command) ?? /-o (\S+)/.exec(command) ?? [];
    expect((file === undefined ? stdout : read(file)).length).toBeGreaterThan(50);
  });

  it("names every command", () => {
    for (const command of ["plot", "apply", "bench", "info", "list"]) {
      expect(commands.some((line) => line.startsWith(command))).toBe(true);
    }
  });
});

describe("the other commands", () => {
  it("info tells version and backends", () => {
    const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
    expect(succeed(["--version"]).out).toBe(`${version}\n`);
    const { out } = succeed(["info"], { env: { LANEWISE_BACKEND: "js" } });
    expect(out).toContain(`lanewise ${version}\n`);
    expect(out).toMatch(/^js +runs$/m);
    expect(out).toMatch(/^simd +available$/m);
    expect(out).toMatch(/^bundle\.js +\d+\.\d kB +\d+\.\d kB /m);
  });

  it("list shows every function with its formula and its options", () => {
    const { out } = succeed(["list"]);
    expect(out).toMatch(/^ {2}sigmoid +1 \/ \(1 \+ e\^-x\) +Logistic sigmoid$/m);
    expect(out).toMatch(/^ {2}leakyRelu .* --negative-slope$/m);
    expect(out).toMatch(/^ {2}sample /m);
    expect(succeed(["list", "--family", "ramp"]).out).not.toMatch(/^ +sigmoid /m);
  });

  it("bench shows a table", () => {
    const { out } = succeed(["bench", "relu", "softmax", "--size", "100"]);
    expect(out).toContain("float32, 100 elements, f(x, { out }): copying counts.");
    expect(out).toMatch(/^ +plain JS +js +simd/m);
    for (const name of ["relu", "softmax"])
      expect(out).toMatch(new RegExp(`^${name}( +[\\d.]+ \\([\\d.]+\\)){3,4} +[\\d.]+× as fast$`, "m"));
    const refused = run(["bench", "sigmoid.derivative"]);
    expect(refused.err).toContain("no plain JavaScript of sigmoid.derivative");
    expect(refused.status).toBe(2);
  });

  it.each([[], ["plot"], ["apply"], ["bench"], ["info"], ["list"]].map((command) => [command]))(
    "%s --help has examples",
    (command) => {
      const { out } = succeed([...command, "--help"]);
      expect(out).toMatch(/Examples?:\n {2}\$ lanewise /);
      expect(out.match(/^.{81,}$/gm)).toBe(null);
    },
  );

  it("help of named functions has their parameters", () => {
    expect(succeed(["plot", "leakyRelu", "--help"]).out).toContain("--negative-slope <number>");
  });

  it.each([
    [["plit"], "Did you mean plot?"],
    [["list", "--famly", "ramp"], "Did you mean --family?"],
    [["list", "--family", "loud"], "Allowed choices are ramp"],
    [["plot"], "missing required argument"],
    [["bench", "--size", "0"], "It must be an integer from 1 to 1000000."],
  ])("exits with 2 for %j", (args, message) => {
    const { err, status } = run(args);
    expect(err).toContain(message);
    expect(status).toBe(2);
  });

  it("shows its help, and exits with 2, where nothing is asked for", () => {
    const { err, status } = run([]);
    expect(err).toContain("Usage: lanewise");
    expect(status).toBe(2);
  });

  it("says what to install where a png can't be made, and works with nothing else installed", () => {
    const alone = mkdtempSync(join(tmpdir(), "lanewise-alone-"));
    try {
      const { filename } = pack(alone);
      expect(spawnSync("tar", ["-xzf", filename], { cwd: alone }).status).toBe(0);
      const node = (...args: string[]) => {
        return spawnSync(process.execPath, ["package/dist/cli.js", ...args], {
          cwd: alone,
          encoding: "utf8",
          env: environment,
        });
      };
      for (const args of [["plot", "sigmoid"], ["plot", "sigmoid", "-o", "s.svg"], ["list"], ["info"]]) {
        const { status, stderr } = node(...args);
        expect([status, stderr]).toEqual([0, ""]);
      }
      const { status, stderr } = node("plot", "sigmoid", "-o", "s.png");
      expect(stderr).toMatch(/^ {2}npm install @resvg\/resvg-js$/m);
      expect(status).toBe(1);
      expect(existsSync(join(alone, "s.png"))).toBe(false);
    } finally {
      rmSync(alone, { recursive: true });
    }
  });
});
