import { spawnSync } from "node:child_process";
import { existsSync, openSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cli, environment, folder } from "./support/commandLine.js";

/** Runs the command line in the folder, where it must leave nothing. */
function run(args: readonly string[], { input = "", stdout = "pipe" as "pipe" | number } = {}) {
  const before = readdirSync(folder);
  const result = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    stdio: ["pipe", stdout, "pipe"],
    env: { ...environment, COLUMNS: "80" },
    timeout: 20_000,
  });
  expect(readdirSync(folder)).toEqual(before);
  return result;
}

/** Runs a command that fails with an exit code and, but for the hint at the help, this one line. */
function fail(status: number, args: readonly string[], message: string, options?: Parameters<typeof run>[1]): void {
  const result = run(args, options);
  const [line, ...others] = result.stderr.trimEnd().split("\n");
  expect(line).toBe(`lanewise: ${message}`);
  expect(others.filter((other) => !/^`lanewise .*` shows (examples|all functions)\.$/.test(other))).toEqual([]);
  expect(result.status).toBe(status);
}

/** A .npy file of four elements, of a type that may be none of those that are read. */
function npyOf(descr: string, bytes: number): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (4,), }\n`;
  return Buffer.from(`\x93NUMPY\x01\0${String.fromCharCode(text.length)}\0${text}${"\0".repeat(bytes)}`, "latin1");
}

beforeAll(() => {
  for (const [name, content] of Object.entries({
    "a.npy": npyOf("<f4", 16),
    "complex.npy": npyOf("<c8", 32),
    "text.npy": npyOf("<U2", 32),
    "object.npy": npyOf("|O", 32),
    "z.npz": "PK\x03\x04 and so on",
    "empty.npy": "",
  }))
    writeFileSync(join(folder, name), content);
});

const TYPES = "not float16, float32 or float64";

describe("apply", () => {
  const raw = ["--dtype", "float32"];
  it.each<[number, string[], string]>([
    // What is no array, with --dtype and without.
    [2, ["gelu", "a.npy", ...raw, "-o", "no"], "leave --dtype out: a.npy is a .npy file"],
    [1, ["gelu", "z.npz", ...raw, "-o", "no"], "z.npz is an .npz: save one array by numpy.save"],
    [1, ["gelu", "z.npz", "-o", "no"], "z.npz is an .npz: save one array by numpy.save"],
    [1, ["gelu", "empty.npy", ...raw, "-o", "no"], "empty.npy is empty"],
    [1, ["gelu", "empty.npy", "-o", "no"], "empty.npy is empty"],
    [1, ["gelu", "-", ...raw], "standard input is empty"],
    [
      1,
      ["gelu", "complex.npy", "-o", "no"],
      `complex.npy has elements of type <c8, ${TYPES}: in Python save x.real or x.imag`,
    ],
    [1, ["gelu", "text.npy", "-o", "no"], `text.npy has elements of type <U2, ${TYPES}`],
    [1, ["gelu", "object.npy", "-o", "no"], `object.npy has elements of type |O, ${TYPES}`],
    // Names of files.
    [1, ["relu", "missing.npy", "-o", "no"], "there is no file missing.npy"],
    [1, ["relu", "a.npy/b", "-o", "no"], "a.npy/b leads through a.npy, which is no folder"],
    [1, ["relu", ".", "-o", "no"], ". is a folder"],
    [2, ["relu", "", "-o", "no"], "the input needs a file name"],
    [1, ["relu", "a.npy", "-o", "nodir/no"], "there is no folder nodir"],
    [1, ["relu", "a.npy", "-o", "a.npy/b"], "a.npy/b leads through a.npy, which is no folder"],
    [1, ["relu", "a.npy", "-o", "a.npy/"], "a.npy/ leads through a.npy, which is no folder"],
    [1, ["relu", "a.npy", "-o", "no/"], "no/ is the name of a folder, not of a file"],
    [1, ["relu", "a.npy", "-o", "."], ". is a folder"],
    [2, ["relu", "a.npy", "-o", ""], "-o needs a file name"],
    [2, ["relu", "a.npy", "-o", "no", "-o", "no2"], "-o is given twice"],
    // Options by the names that they have here.
    [
      2,
      ["hardtanh", "a.npy", "--min-val", "3", "--max-val", "1", "-o", "no"],
      "hardtanh: --min-val must be less than --max-val, not 3 and 1",
    ],
    [
      2,
      ["hardtanh", "a.npy", "--min-val", "3", "-o", "no"],
      "hardtanh: --min-val must be less than --max-val, not 3 and 1",
    ],
    [2, ["threshold", "a.npy", "--threshold", "nan", "-o", "no"], "threshold: --threshold must be a number, not NaN"],
  ])("exits with %i for %j", (status, args, message) => fail(status, ["apply", ...args], message));

  it("asks for the shape of rows in standard input", () => {
    const message = "nobody knows how long standard input is: write --shape too";
    fail(2, ["apply", "softmax", "-", "--dtype", "float32"], message, { input: "numbers!" });
  });

  it("takes shapes without elements from a file without bytes", () => {
    expect(run(["apply", "relu", "empty.npy", "--dtype", "float32", "--shape", "0"])).toMatchObject({
      stderr: "",
      status: 0,
    });
  });

  it("takes numbers that begin as no other file does, however few", () => {
    const { stdout, status } = run(["apply", "relu", "-", "--dtype", "float16"], { input: "\0<" });
    expect([stdout, status]).toEqual(["\0<", 0]);
  });
});

describe("plot", () => {
  it.each<[string[], string]>([
    [["gelu", "--width", "10000"], "--width must be at most 400 in the terminal, not 10000: with -o it is in pixels"],
    [["gelu", "--height", "10000"], "--height must be at most 200 in the terminal, not 10000: with -o it is in pixels"],
    [["linear-collapse", "sigmoid"], "linear-collapse takes no functions"],
    [["sigmoid", "linear-collapse"], "linear-collapse takes no functions"],
    [["sigmoid", "gradient-flow"], "gradient-flow comes once, before the functions: gradient-flow sigmoid relu"],
    [["softmax", "--logits", "NaN", "1"], "--logits must be finite numbers"],
    [["softmax", "sigmoid", "--logits", "1", "2"], "plot softmax takes no other functions"],
    [["gradient-flow", "sigmoid", "--layers", "1e6"], "plotGradientFlow: --layers must be from 1 to 100, not 1000000"],
    [["gelu", "-o", ""], "-o needs a file name"],
    [["gelu", "-o", "a.svg", "--output", "b.svg"], "-o is given twice"],
  ])("exits with 2 for %j", (args, message) => fail(2, ["plot", ...args], message));

  it("says which folder is missing", () => fail(1, ["plot", "gelu", "-o", "nodir/a.svg"], "there is no folder nodir"));

  it("calls one derivative so in the title, and several", () => {
    const titleOf = (...names: string[]) =>
      run(["plot", ...names, "--derivative"])
        .stdout.split("\n")[0]
        .trim();
    expect(titleOf("step")).toBe("step and its derivative");
    expect(titleOf("step", "relu")).toBe("step, relu and their derivatives");
  });
});

describe("what only the library has", () => {
  const said = {
    greater: "gives a mask, which is not offered here",
    sample: "gives an index",
    topK: "gives the largest elements and their indices",
    "gelu.backward": "takes two arrays, x and dy",
    "softmax.backward": "takes two arrays, y and dy",
    softmaxCrossEntropy: "takes two arrays, the inputs and the targets",
    backend: "is no function of an array",
  };

  it.each(Object.entries(said))("%s %s", (name, what) => {
    for (const args of [
      ["apply", name, "a.npy"],
      ["plot", name],
      ["bench", name],
    ])
      fail(2, args, `${name} ${what}: use the library`);
  });
});

it("bench refuses what would take too long", () => {
  for (const size of ["1e9", "1000001"])
    fail(
      2,
      ["bench", "--size", size],
      `option '--size <elements>' argument '${size}' is invalid. It must be an integer from 1 to 1000000.`,
    );
});

it.skipIf(!existsSync("/dev/full"))("says in a line that the disk is full", () => {
  const full = openSync("/dev/full", "w");
  for (const args of [["info"], ["list"], ["plot", "gelu"], ["apply", "relu", "a.npy"]])
    fail(1, args, "standard output can't be written: no space left on device", { stdout: full });
  fail(1, ["apply", "relu", "a.npy", "-o", "/dev/full"], "/dev/full can't be written: no space left on device");
});

it("list has a column for options", () => {
  expect(run(["list", "--family", "ramp"]).stdout).toMatch(/^ {2}hardtanh .*[a-z] {2,}--min-val --max-val$/m);
});
