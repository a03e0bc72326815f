import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmCommand } from "../scripts/npm.js";
import { namesOf, pack, type Packed } from "../scripts/packed.js";
import { functions } from "../src/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "lanewise-"));

let packed: Packed;

/** Runs Node in the project, and returns what it prints, errors too. */
function node(...args: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
  return stdout + stderr;
}

/** Puts a file into the project. */
function write(name: string, content: string | object): void {
  writeFileSync(join(project, name), typeof content === "string" ? content : JSON.stringify(content));
}

// dist/ is there already; npm's cache need not be: the loader is packed anew from where it is installed.
beforeAll(() => {
  packed = pack(project);
  write("package.json", { private: true, type: "module" });
  const loader = join(root, "node_modules/@assemblyscript/loader");
  const flags = ["--offline", "--install-links", "--no-audit", "--no-fund"];
  const [file, ...args] = npmCommand("install", ...flags, packed.filename, loader);
  execFileSync(file, args, { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
});

afterAll(() => rmSync(project, { recursive: true }));

describe("the package", () => {
  it("holds all that package.json names", () => {
    const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
    console.log(`${packed.filename}: ${kB(packed.size)}, unpacked ${kB(packed.unpackedSize)}`);
    const files = namesOf(packed);
    const { main, module, types, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const named = JSON.stringify([main, module, types, exports]).match(/dist\/[^"]+/g)!;
    expect(named.length).toBeGreaterThan(15);
    expect(files).toEqual(expect.arrayContaining([...named, "LICENSE", "package.json"]));
  });

  it("works once it is installed, and so do its bundle and its raw modules", () => {
    write(
      "main.js",
      `import { readFileSync } from "node:fs";
      import * as lanewise from "lanewise";
      import * as bundle from "lanewise/bundle";
      const results = [lanewise, bundle].map(({ sigmoid }) => sigmoid(Float32Array.of(0, 1)).join());
      for (const name of ["simd", "relaxed"]) {
        const bytes = readFileSync(new URL(import.meta.resolve(\`lanewise/\${name}.wasm\`)));
        results.push(bytes.subarray(0, 4).toString());
        if (name === "simd") results.push(await lanewise.ready(bytes) !== "js");
      }
      console.log(results.join(" "));`,
    );
    expect(node("main.js")).toBe("0.5,0.7310585975646973 0.5,0.7310585975646973 \0asm true \0asm\n");
  });

  it.each([
    ["bundler", "esnext", ["es2022", "dom"]],
    ["nodenext", "nodenext", ["es2022", "dom"]],
    ["nodenext", "nodenext", ["es2022"]],
  ])("has types for moduleResolution %s, module %s, lib %j", (moduleResolution, module, lib) => {
    write(
      "consumer.ts",
      `import { type BackendChoice, createArena, leakyRelu, ready, sample, sigmoid, softmax, step, useBackend } from "lanewise";
      import relaxed from "lanewise/relaxed.wasm";
      import simd from "lanewise/simd.wasm";
      import { tanh } from "lanewise/bundle";
      const arena = createArena(1024);
      const x: Float32Array = sigmoid(arena.float32(3));
      const y: Float64Array = softmax(new Float64Array(4), { shape: [2, 2], axis: 0 });
      const fired: Int32Array = step(x, { dtype: "int32" });
      const number: number = tanh.derivative(0);
      const options: { negativeSlope: number | undefined; out: Float32Array | undefined } = { negativeSlope: 1, out: x };
      leakyRelu(x, options);
      sample(x, { topK: undefined });
      const choice: BackendChoice = "reproducible";
      const chosen: "relaxed-simd" | "simd" | "js" = useBackend(choice);
      // @ts-expect-error: there is no such backend
      useBackend("wasm");
      const modules: WebAssembly.Module[] = [simd, relaxed];
      for (const module of modules) ready(module).then((name) => name === chosen);
      // @ts-expect-error: text is no array
      sigmoid("text");
      // @ts-expect-error: the result is of the type of the input
      sigmoid(x, { out: y });
      export const name: Promise<string> = ready(new Uint8Array(fired.length + number));`,
    );
    const strictest = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
    const compilerOptions = { module, moduleResolution, lib, target: "es2022", ...strictest, noEmit: true, types: [] };
    write("tsconfig.json", { compilerOptions, files: ["consumer.ts"] });
    expect(node(join(root, "node_modules/typescript/bin/tsc"))).toBe("");
  });
});

describe("a bundler", () => {
  /** The code that remains of a program. */
  async function bundle(program: string): Promise<string> {
    write("program.js", program);
    const sources = await rolldown({ input: join(project, "program.js") });
    const { output } = await sources.generate();
    await sources.close();
    return output[0].code;
  }

  /** The functions whose definitions are in the code. */
  function defined(code: string): string[] {
    const others = [
      "softmax",
      "logSoftmax",
      "logSumExp",
      "argmax",
      "hardmax",
      "sparsemax",
      "softmaxCrossEntropy",
      "sigmoidCrossEntropy",
    ];
    const names = [...functions.map(({ definition }) => definition.name), ...others];
    return names.filter((name) => code.includes(`name: "${name}"`));
  }

  it("takes nothing of what is imported and not used", async () => {
    const code = await bundle(`import { relu } from "lanewise"; import * as all from "lanewise"; import "lanewise";`);
    expect(code.replace(/^\/\/.*$/gm, "").trim()).toBe("");
  });

  it.each(["relu", "softmax", "step", "sigmoidCrossEntropy"])(
    "takes the formula of %s alone where that is used",
    async (name) => {
      expect(defined(await bundle(`import { ${name} } from "lanewise"; console.log(${name});`))).toEqual([name]);
    },
  );

  it("may wrap each module in a function of CommonJS, as Parcel does while one develops", () => {
    const parameters = /^(?:module|exports|require|__dirname|__filename)$/;
    const files = packed.files.map(({ path }) => path).filter((path) => path.endsWith(".js"));
    const declaring = files.filter((path) => {
      const { statements } = ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest);
      const names = statements.flatMap((statement) =>
        ts.isVariableStatement(statement)
          ? statement.declarationList.declarations.map(({ name }) => name)
          : ts.isClassDeclaration(statement)
            ? [statement.name]
            : [],
      );
      return names.some((name) => name !== undefined && ts.isIdentifier(name) && parameters.test(name.text));
    });
    expect(declaring).toEqual([]);
  });

  it("takes them all where the list of functions is used", async () => {
    const code = await bundle(`import { functions } from "lanewise"; console.log(functions);`);
    expect(defined(code).length).toBeGreaterThan(functions.length);
  });
});
