import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installDebian } from "../scripts/debian.js";
import { fromFloat16, toFloat16 } from "../src/float16.js";
import { argmax, gelu, leakyRelu, logSumExp, relu, sigmoid, softmax, swiglu } from "../src/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "dist/cli.js");
const folder = mkdtempSync(join(tmpdir(), "lanewise-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The environment of a command that shows no colours. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !["FORCE_COLOR", "NO_COLOR", "LANEWISE_BACKEND"].includes(name)),
);

/** Runs the command line in the folder. */
function run(args: readonly string[], { input, env = {} }: { input?: Uint8Array; env?: Record<string, string> } = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    input: input ?? new Uint8Array(0),
    env: { ...environment, COLUMNS: "80", ...env },
    maxBuffer: 2 ** 28,
  });
  return { bytes: stdout, out: stdout.toString(), err: stderr.toString(), status };
}

const fileOf = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(fileOf(name));

/** Runs a command that must succeed and say nothing on standard error. */
function succeed(args: readonly string[], options?: Parameters<typeof run>[1]) {
  const result = run(args, options);
  expect(result.err).toBe("");
  expect(result.status).toBe(0);
  return result;
}

/** A .npy file. */
function npy(
  descr: string,
  shape: readonly number[],
  data: ArrayBufferView,
  { version = 1, fortran = false } = {},
): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${sizes}), }\n`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0]);
  return Buffer.concat([start, length, Buffer.from(text), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** The header's text and the elements' bytes of a .npy file of version 1. */
function parse(bytes: Buffer) {
  const end = 10 + bytes.readUInt16LE(8);
  expect(end % 64).toBe(0);
  return { header: bytes.toString("latin1", 10, end).trim(), data: Uint8Array.from(bytes.subarray(end)).buffer };
}

function header(descr: string, shape: string, isFortran = false): string {
  return `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': (${shape}), }`;
}

const shape = [3, 4, 6];
const x = Float32Array.from({ length: 72 }, (_, i) => 5 * Math.sin(i * i));

beforeAll(() => writeFileSync(fileOf("x.npy"), npy("<f4", shape, x)));

describe("apply", () => {
  const types = {
    "<f4": Buffer.from(x.buffer),
    ">f4": Buffer.from(x.slice().buffer).swap32(),
    "=f4": Buffer.from(x.buffer),
    "<f8": Buffer.from(Float64Array.from(x).buffer),
    ">f8": Buffer.from(Float64Array.from(x).buffer).swap64(),
    "<f2": Buffer.from(toFloat16(x).buffer),
    ">f2": Buffer.from(toFloat16(x).buffer).swap16(),
  };

  it.each([1, 2, 3])("reads version %i of .npy, and every type of floats of any byte order", (version) => {
    for (const [descr, data] of Object.entries(types)) {
      if (version > 1 && descr !== "<f4") continue;
      writeFileSync(fileOf("in.npy"), npy(descr, shape, data, { version }));
      succeed(["apply", "gelu", "in.npy", "-o", "out.npy"]);
      const result = parse(read("out.npy"));
      expect(result.header).toBe(header(descr.replace(/^./, "<"), "3, 4, 6"));
      const wanted = descr.endsWith("4")
        ? gelu(x)
        : descr.endsWith("8")
          ? gelu(Float64Array.from(x))
          : toFloat16(gelu(fromFloat16(toFloat16(x))));
      expect(Buffer.from(result.data)).toEqual(Buffer.from(wanted.buffer));
    }
  });

  it.each([
    [["softmax", "--axis", "1", "--temperature", "0.7"], "3, 4, 6", softmax(x, { shape, axis: 1, temperature: 0.7 })],
    [["softmax"], "3, 4, 6", softmax(x, { shape })],
    [["logSumExp", "--axis", "-3"], "4, 6", logSumExp(x, { shape, axis: 0 })],
    [["swiglu", "--axis", "-1", "--gate", "first"], "3, 4, 3", swiglu(x, { shape, gate: "first" })],
    [["leakyRelu", "--negative-slope", "-0.2"], "3, 4, 6", leakyRelu(x, { negativeSlope: -0.2 })],
    [["gelu.derivative", "--approximate", "tanh"], "3, 4, 6", gelu.derivative(x, { approximate: "tanh" })],
    [["argmax"], "3, 4", argmax(x, { shape })],
  ])("computes %s", (args, sizes, wanted) => {
    succeed(["apply", ...args, "x.npy", "-o", "out.npy"]);
    const result = parse(read("out.npy"));
    expect(result.header).toBe(header(wanted instanceof Int32Array ? "<i4" : "<f4", sizes));
    expect(Buffer.from(result.data)).toEqual(Buffer.from(wanted.buffer));
  });

  it("takes Fortran's order, and gives it back", () => {
    // Of shape [6, 12] in Fortran's order: rows along the first axis are neighbours.
    writeFileSync(fileOf("f.npy"), npy("<f4", [6, 12], x, { fortran: true }));
    succeed(["apply", "softmax", "f.npy", "--axis", "0", "-o", "out.npy"]);
    const first = parse(read("out.npy"));
    expect(first.header).toBe(header("<f4", "6, 12", true));
    expect(new Float32Array(first.data)).toEqual(softmax(x, { shape: [12, 6] }));
    succeed(["apply", "logSumExp", "f.npy", "-o", "out.npy"]);
    expect(new Float32Array(parse(read("out.npy")).data)).toEqual(logSumExp(x, { shape: [12, 6], axis: 0 }));
  });

  it("takes squares of attention", () => {
    writeFileSync(fileOf("square.npy"), npy("<f4", [2, 6, 6], x));
    succeed(["apply", "softmax", "square.npy", "--causal", "-o", "out.npy"]);
    expect(new Float32Array(parse(read("out.npy")).data)).toEqual(softmax(x, { shape: [2, 6, 6], causal: true }));
  });

  it("takes arrays without elements, and one number", () => {
    writeFileSync(fileOf("empty.npy"), npy("<f4", [3, 0], new Float32Array(0)));
    succeed(["apply", "logSumExp", "empty.npy", "-o", "out.npy"]);
    expect(new Float32Array(parse(read("out.npy")).data)).toEqual(Float32Array.of(-Infinity, -Infinity, -Infinity));
    writeFileSync(fileOf("none.npy"), npy("<f4", [0, 3], new Float32Array(0)));
    succeed(["apply", "softmax", "none.npy", "-o", "out.npy"]);
    expect(parse(read("out.npy")).header).toBe(header("<f4", "0, 3"));
    expect(run(["apply", "swiglu", "none.npy", "-o", "no.npy"]).err).toContain(
      "the axis must have an even length, not 3",
    );
    writeFileSync(fileOf("one.npy"), npy("<f8", [], Float64Array.of(-3)));
    succeed(["apply", "relu", "one.npy", "-o", "out.npy"]);
    expect(parse(read("out.npy")).header).toBe(header("<f8", ""));
  });

  it("pipes .npy files and raw numbers", () => {
    const piped = succeed(["apply", "softmax", "-"], { input: read("x.npy") });
    expect(new Float32Array(parse(piped.bytes).data)).toEqual(softmax(x, { shape }));
    const raw = succeed(["apply", "relu", "-", "--dtype", "float32"], { input: new Uint8Array(x.buffer) });
    expect(raw.bytes).toEqual(Buffer.from(relu(x).buffer));
    writeFileSync(fileOf("x.raw"), x);
    succeed(["apply", "softmax", "x.raw", "--dtype", "float32", "--shape", "12", "6", "-o", "out.npy"]);
    const result = parse(read("out.npy"));
    expect(result.header).toBe(header("<f4", "12, 6"));
    expect(new Float32Array(result.data)).toEqual(softmax(x, { shape: [12, 6] }));
  });

  it("may write to its own input", () => {
    writeFileSync(fileOf("same.npy"), npy("<f4", [72], x));
    succeed(["apply", "sigmoid", "same.npy", "-o", "same.npy"]);
    expect(new Float32Array(parse(read("same.npy")).data)).toEqual(sigmoid(x));
  });

  it.skipIf(process.platform === "win32")("leaves a file that it replaces to those who could read it", () => {
    writeFileSync(fileOf("own.npy"), npy("<f4", [72], x), { mode: 0o600 });
    succeed(["apply", "sigmoid", "own.npy", "-o", "own.npy"]);
    expect(statSync(fileOf("own.npy")).mode & 0o777).toBe(0o600);
  });

  it.each([
    [1, ["apply", "relu", "missing.npy", "-o", "no.npy"], "there is no file missing.npy"],
    [
      1,
      ["apply", "relu", "int.npy", "-o", "no.npy"],
      "elements of type <i4, not float16, float32 or float64: in Python write x.astype(numpy.float32)",
    ],
    [1, ["apply", "relu", "fields.npy", "-o", "no.npy"], "elements of type fields"],
    [1, ["apply", "relu", "cut.npy", "-o", "no.npy"], "cut.npy ends too early: after 70 of 72 elements"],
    [1, ["apply", "relu", "long.npy", "-o", "no.npy"], "goes on after the 72 elements"],
    [
      1,
      ["apply", "relu", "text.npy", "-o", "no.npy"],
      "is no .npy file; for numbers without a header write --dtype float32",
    ],
    [1, ["apply", "relu", "newer.npy", "-o", "no.npy"], "is of version 4 of .npy"],
    [1, ["apply", "relu", "short.npy", "-o", "no.npy"], "ends within its header"],
    [1, ["apply", "softmax", "huge.npy", "--axis", "0", "-o", "no.npy"], "more than the 1073741824 that are read"],
    [1, ["apply", "relu", "x.npy", "-o", "no/no.npy"], "there is no folder no\n"],
    [2, ["apply", "glu", "x.npy", "--axis", "0", "-o", "no.npy"], "the axis must have an even length, not 3"],
    [2, ["apply", "softmax", "-", "--axis", "0"], "of standard input only axis -1 can be taken, not 0"],
    [
      2,
      ["apply", "softmax", "x.npy", "--axis", "3", "-o", "no.npy"],
      "--axis must be from -3 to 2 for shape [3, 4, 6], not 3",
    ],
    [2, ["apply", "softmax", "x.npy", "--temperature", "0", "-o", "no.npy"], "--temperature must be from 1e-30"],
    [2, ["apply", "softmax", "x.npy", "--dim", "0", "-o", "no.npy"], "Did you mean --axis?"],
    [2, ["apply", "relu", "x.npy", "--axis", "0", "-o", "no.npy"], "relu has no option --axis"],
    [2, ["apply", "relu", "x.npy", "--shape", "72", "-o", "no.npy"], "write --dtype too"],
    [2, ["apply", "gellu", "x.npy"], "there is no function gellu: did you mean gelu?"],
    [2, ["apply", "sample", "x.npy"], "sample gives an index: use the library"],
    [2, ["apply", "celu", "x.npy", "--alpha", "-1", "-o", "no.npy"], "--alpha must be greater than 0, not -1"],
  ])("exits with %i and leaves no file: %j", (status, args, message) => {
    const whole = read("x.npy");
    writeFileSync(fileOf("int.npy"), npy("<i4", [2], Int32Array.of(1, 2)));
    writeFileSync(
      fileOf("fields.npy"),
      npy("('a','<f4')", [2], x)
        .toString("latin1")
        .replace(/'(\('a','<f4'\))'/, "[$1]"),
      "latin1",
    );
    writeFileSync(fileOf("cut.npy"), whole.subarray(0, -7));
    writeFileSync(fileOf("long.npy"), Buffer.concat([whole, Buffer.of(0)]));
    writeFileSync(fileOf("text.npy"), "1, 2, 3");
    writeFileSync(fileOf("newer.npy"), npy("<f4", shape, x, { version: 4 }));
    writeFileSync(fileOf("short.npy"), whole.subarray(0, 20));
    const huge = openSync(fileOf("huge.npy"), "w");
    const start = npy("<f4", [2, 2 ** 28], new Uint8Array(0));
    writeSync(huge, start);
    // Nothing is written there, so that it takes no room.
    ftruncateSync(huge, start.length + 2 ** 31);
    closeSync(huge);
    const before = readdirSync(folder).sort();
    const result = run(args, { input: whole });
    expect(result.err).toContain(message);
    expect(result.err.startsWith("lanewise: ")).toBe(true);
    expect(result.status).toBe(status);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it.skipIf(process.platform === "win32").each(["SIGINT", "SIGTERM"] as const)(
    "leaves no file when %s ends it",
    async (signal) => {
      const before = readdirSync(folder).sort();
      const child = spawn(process.execPath, [cli, "apply", "relu", "-", "-o", "ended.npy"], { cwd: folder });
      child.stdin.on("error", () => undefined); // the pipe breaks
      child.stdin.write(npy("<f4", [2 ** 24], new Float32Array(2 ** 21)));
      const isTemporary = (name: string) => /^\.ended\.npy\.\d+\.tmp$/.test(name);
      while (!readdirSync(folder).some((name) => isTemporary(name) && !before.includes(name)))
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill(signal);
      const [code, by] = (await once(child, "exit")) as [number | null, string | null];
      expect([code, by]).toEqual([null, signal]);
      expect(readdirSync(folder).sort()).toEqual(before);
    },
  );

  it("takes files that are larger than the memory that it uses", () => {
    const columns = 1000;
    const row = Float32Array.from({ length: columns }, (_, i) => Math.cos(i));
    const file = openSync(fileOf("large.npy"), "w");
    writeSync(file, npy("<f4", [75_000, columns], new Uint8Array(0)));
    const rows = Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from(row.buffer)));
    for (let i = 0; i < 75; i++) writeSync(file, rows);
    closeSync(file);
    // What the process has taken at most is written where it ends.
    writeFileSync(fileOf("peak.mjs"), 'process.on("exit", () => console.error(process.resourceUsage().maxRSS));');
    const peak = (input: string) => {
      const args = ["--import", "./peak.mjs", cli, "apply", "softmax", input, "-o", "large-out.npy"];
      const { stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      expect(status).toBe(0);
      return Number(stderr);
    };
    const small = peak("x.npy");
    const large = peak("large.npy");
    // Of 300 MB; in kB.
    expect(large - small).toBeLessThan(100_000);
    const out = openSync(fileOf("large-out.npy"), "r");
    closeSync(out);
    const bytes = read("large-out.npy");
    const last = Uint8Array.from(bytes.subarray(-4 * columns));
    expect(new Float32Array(last.buffer)).toEqual(softmax(row));
    rmSync(fileOf("large.npy"));
    rmSync(fileOf("large-out.npy"));
  });

  const hasNumpy = () => spawnSync("/usr/bin/python3", ["-c", "import numpy"]).status === 0;

  it("reads what NumPy writes, and NumPy reads what it writes", (context) => {
    if (!hasNumpy()) installDebian(["python3-numpy"]);
    if (!hasNumpy()) {
      console.log("skipped: NumPy isn't installed, and only root of Debian gets it here");
      context.skip();
    }
    const python = (program: string) => {
      const { status, stderr } = spawnSync("/usr/bin/python3", ["-c", program], { cwd: folder, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
    };
    python(`
import numpy
from numpy.lib import format
x = numpy.linspace(-4, 4, 120).reshape(4, 5, 6)
for name in ["f2", "f4", "f8"]:
    for order in "<>":
        for version in [(1, 0), (2, 0), (3, 0)]:
            with open(f"numpy-{name}{'l' if order == '<' else 'b'}{version[0]}.npy", "wb") as file:
                format.write_array(file, x.astype(order + name), version)
numpy.save("numpy-fortran.npy", numpy.asfortranarray(x.astype("f4")))
numpy.save("numpy-scalar.npy", numpy.float32(-1.5))`);
    for (const type of ["f2l1", "f4l1", "f8l1", "f4b2", "f8b3"]) {
      succeed(["apply", "softmax", `numpy-${type}.npy`, "--axis", "1", "-o", `out-${type}.npy`]);
    }
    succeed(["apply", "argmax", "numpy-fortran.npy", "--axis", "0", "-o", "out-fortran.npy"]);
    succeed(["apply", "relu", "numpy-scalar.npy", "-o", "out-scalar.npy"]);
    python(`
import numpy
x = numpy.linspace(-4, 4, 120).reshape(4, 5, 6)
e = numpy.exp(x)
for name, limit in [("f2l1", 1e-3), ("f4l1", 1e-6), ("f8l1", 1e-14), ("f4b2", 1e-6), ("f8b3", 1e-14)]:
    y = numpy.load(f"out-{name}.npy")
    assert y.dtype == numpy.dtype("<" + name[:2]) and y.shape == x.shape, (y.dtype, y.shape)
    assert abs(y - e / e.sum(1, keepdims=True)).max() < limit, name
assert (numpy.load("out-fortran.npy") == x.argmax(0)).all()
assert numpy.load("out-scalar.npy").shape == () and numpy.load("out-scalar.npy") == 0`);
  });
});

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
    expect(succeed(["list", "--family", "ramp"]).out).not.toContain("sigmoid ");
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
      const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
      const [command, ...args] = [...npm, "pack", "--json", "--ignore-scripts", "--pack-destination", alone];
      const packed = spawnSync(command, args, { cwd: root, encoding: "utf8" });
      const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
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
