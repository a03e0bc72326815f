/** Measures how many bytes a program takes that imports a function of the package. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundle, type Bundler } from "./bundlers.js";

/** An import of a program. */
export interface Import {
  readonly from: "lanewise" | "lanewise/js";
  /** A public name, or "everything". */
  readonly name: string;
}

const functions = ["relu", "sigmoid", "tanh", "gelu", "softmax", "softmaxCrossEntropy", "sample", "everything"];

/** The imports that are measured. */
export const imports: readonly Import[] = [
  ...functions.map((name): Import => ({ from: "lanewise", name })),
  { from: "lanewise/js", name: "relu" },
  { from: "lanewise/js", name: "softmax" },
];

const root = fileURLToPath(new URL("../../", import.meta.url));

function programOf({ from, name }: Import): string {
  const names = name === "everything" ? "* as everything" : `{ ${name} }`;
  return `import ${names} from "${from}";\nconsole.log(${name});\n`;
}

/** A folder for programs which import the package by its name. */
export class Project implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "lanewise-"));
  #programs = 0;

  constructor() {
    writeFileSync(join(this.#folder, "package.json"), '{ "private": true, "type": "module" }\n');
    mkdirSync(join(this.#folder, "node_modules"));
    symlinkSync(root, join(this.#folder, "node_modules/lanewise"), "junction");
  }

  /** The code of a program that imports this, bundled and minified. */
  bundle(bundler: Bundler, imported: Import): Promise<string> {
    return bundle(bundler, this.#folder, `program${this.#programs++}`, programOf(imported));
  }

  /** The bytes of that code, gzipped. */
  async size(bundler: Bundler, imported: Import): Promise<number> {
    return gzipSync(await this.bundle(bundler, imported), { level: 9 }).length;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
