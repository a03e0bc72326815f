import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, ftruncateSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { installDebian } from "../scripts/debian.js";
import { fromFloat16, toFloat16 } from "../src/float16.js";
import { argmax, gelu, leakyRelu, logSumExp, relu, sigmoid, softmax, swiglu } from "../src/index.js";
import { cli, fileOf, folder, npy, read, run, shape, succeed, writeInput, x } from "./support/commandLine.js";

/** The header's text and the elements' bytes of a .npy file of version 1. */
function parse(bytes: Buffer) {
  const end = 10 + bytes.readUInt16LE(8);
  expect(end % 64).toBe(0);
  return { header: bytes.toString("latin1", 10, end).trim(), data: Uint8Array.from(bytes.subarray(end)).buffer };
}

function header(descr: string, shape: string, isFortran = false): string {
  return `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': (${shape}), }`;
}

beforeAll(writeInput);

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
