import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import webpack from "webpack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reluModule } from "../src/generated/modules/relu.js";
import { importsWasm, noBytes, root, run } from "./support/ownNode.js";

const folder = mkdtempSync(join(tmpdir(), "lanewise-"));

beforeAll(() => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "lanewise"), "dir");
  copyFileSync(join(root, "dist/simd.wasm"), join(folder, "simd.wasm"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Bundles a program for a host of this condition, into a file that imports the raw module from beside it. */
type Bundle = (input: string, file: string, condition: string) => Promise<unknown>;

const WASM = /\.wasm(\?module)?$/;

/** Rollup would make the address of the raw module one in the package. */
const besideIt = {
  name: "beside-it",
  resolveId: (id: string) => (WASM.test(id) ? { id, external: true as const } : null),
};

const bundles: Record<string, Bundle> = {
  esbuild: (input, file, condition) =>
    esbuild.build({
      ...{ entryPoints: [input], outfile: file, conditions: [condition], bundle: true, minify: true, format: "esm" },
      external: ["*.wasm", "*.wasm?module"],
      logLevel: "error",
    }),
  rollup: async (input, file, condition) => {
    const plugins = [besideIt, nodeResolve({ exportConditions: [condition] })];
    const made = await rollup({ input, plugins, makeAbsoluteExternalsRelative: false });
    await made.write({ file });
    await made.close();
  },
  rolldown: async (input, file, condition) => {
    const made = await rolldown({
      input,
      plugins: [besideIt],
      resolve: { conditionNames: [condition, "import"] },
    });
    await made.write({ file, minify: true });
    await made.close();
  },
  webpack: (input, file, condition) =>
    new Promise<void>((resolve, reject) => {
      const compiler = webpack({
        mode: "production",
        entry: input,
        output: { path: folder, filename: file.slice(folder.length + 1), library: { type: "module" }, module: true },
        experiments: { outputModule: true },
        resolve: { conditionNames: [condition, "import"] },
        externalsType: "module",
        externals: [({ request = "" }, done) => (WASM.test(request) ? done(undefined, request) : done())],
        performance: false,
      });
      compiler.run((error, stats) => {
        if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats!.toString()));
        else compiler.close((error) => (error ? reject(error) : resolve()));
      });
    }),
};

describe.each(["workerd", "edge-light"])("a program for %s", (condition) => {
  it.each(Object.keys(bundles))("bundled by %s hands over the raw module, and embeds no kernels", async (bundler) => {
    const input = join(folder, "program.js");
    const file = join(folder, `${bundler}-${condition}.js`);
    writeFileSync(
      input,
      `import { relu, softmax } from "lanewise";
      import { backend } from "lanewise";
      export const call = () => [backend(), relu(Float32Array.of(-1, 2))[1], softmax(Float32Array.of(1, 1))[0]];`,
    );
    await bundles[bundler](input, file, condition);
    const code = readFileSync(file, "utf8");
    expect(code).not.toContain(reluModule.text.slice(0, 12));
    expect(code.match(/simd\.wasm/g)).toHaveLength(1);
    const program = `${importsWasm} const { call } = await import(${JSON.stringify(file)}); ${noBytes} send(call());`;
    expect(run(program, { cwd: folder })).toEqual(["simd", 2, 0.5]);
  });
});

describe("the environment", () => {
  /** The backend that a bundle runs where LANEWISE_BACKEND is js, and whether it has the name of that variable. */
  const seenBy = async (platform: "browser" | "node") => {
    const input = join(folder, "environment.js");
    const file = join(folder, `${platform}.js`);
    writeFileSync(
      input,
      `import { relu, backend } from "lanewise"; relu(Float32Array.of(1)); export default backend();`,
    );
    await esbuild.build({
      ...{ entryPoints: [input], outfile: file, bundle: true, format: "esm", platform, conditions: ["module"] },
    });
    const backend = run<string>(
      `process.env.LANEWISE_BACKEND = "js"; send((await import(${JSON.stringify(file)})).default);`,
      { cwd: folder },
    );
    return [backend, readFileSync(file, "utf8").includes("LANEWISE_BACKEND")];
  };

  it("is looked at by a bundle for Node, and is no part of one for browsers", async () => {
    expect(await seenBy("node")).toEqual(["js", true]);
    const [backend, isThere] = await seenBy("browser");
    expect(backend).not.toBe("js");
    expect(isThere).toBe(false);
  });
});

/** Counts how often Node opens a file of kernels, and characters that are decoded. */
const counts = `
  const { createRequire } = await import("node:module");
  const fs = createRequire(process.cwd() + "/program.js")("node:fs");
  const count = { opened: 0, decoded: 0 };
  for (const name of ["openSync", "readFileSync"]) {
    const original = fs[name];
    fs[name] = (path, ...rest) => (String(path).includes("generated/modules") && count.opened++, original(path, ...rest));
  }
  const { charCodeAt } = String.prototype;
  String.prototype.charCodeAt = function (at) { return count.decoded++, charCodeAt.call(this, at); };`;

interface Seen {
  readonly count: { readonly opened: number; readonly decoded: number };
  readonly backends: string[];
  readonly reason: string;
  readonly value: number;
}

function see(specifier: string, flags: readonly string[]): Seen {
  return run<Seen>(
    `${counts}
    const lib = await import(${JSON.stringify(specifier)});
    count.decoded = 0; // Without WebAssembly, Node reads CommonJS's exports by characters, too.
    const value = lib.sigmoid(Float32Array.of(0))[0];
    lib.softmax(Float32Array.of(1, 2));
    const names = [lib.backend(), lib.useBackend("reproducible"), await lib.ready()];
    send({ count: { ...count }, backends: names, reason: lib.backends()[1].reason, value });`,
    { flags },
  );
}

describe("in Node without WebAssembly", () => {
  it.each(["lanewise", "lanewise/bundle"])("nothing of the kernels of %s is read or decoded", (specifier) => {
    expect(see(specifier, ["--jitless"])).toEqual({
      count: { opened: 0, decoded: 0 },
      backends: ["js", "js", "js"],
      reason: "this engine has no WebAssembly",
      value: 0.5,
    });
  });
});

describe("in Node on a processor without SIMD", () => {
  it.each(["lanewise", "lanewise/bundle"])("of %s only the probes are read", (specifier) => {
    const { count, ...seen } = see(specifier, ["--no-enable-sse4-1"]);
    expect(seen).toEqual({
      backends: ["js", "js", "js"],
      reason: "this engine's WebAssembly has no SIMD",
      value: 0.5,
    });
    expect(count.opened).toBe(0);
    // Two probes, each tried and then validated, at the first call and by ready().
    expect(count.decoded).toBeLessThan(8000);
  });
});

it("in Node with SIMD, the kernels of what is called are read", () => {
  const read = see("lanewise", []);
  expect(read.backends.slice(1)).toEqual(["simd", "simd"]);
  expect(read.count.opened).toBeGreaterThan(1);
  expect(see("lanewise/bundle", []).count.decoded).toBeGreaterThan(10_000);
});

it.each(["lanewise", "lanewise/bundle"])(
  "in Node with SIMD, the kernels of all functions of %s can be compiled",
  (specifier) => {
    const seen = run<object>(
      `const lib = await import(${JSON.stringify(specifier)});
    lib.useBackend("simd");
    await lib.ready();
    send(lib.backends().find(({ name }) => name === "simd"));`,
    );
    expect(seen).toEqual({ name: "simd", available: true });
  },
);

it("in Node, what is loaded later gets all arguments", () => {
  const program = `const { topK } = await import("lanewise");
    const { values, indices } = topK(Float32Array.of(1, 4, 2, 3), 1, { shape: [2, 2], largest: false });
    send([[...values], [...indices]]);`;
  expect(run(program)).toEqual([
    [1, 2],
    [0, 0],
  ]);
});
