/** Which WebAssembly modules there are, what they export, and which numbers their kernels read: all read off assembly/. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const assembly = fileURLToPath(new URL("../../assembly/", import.meta.url));

/** The element types that every generic function is compiled for, as suffixes of the exports' names. */
export const types = ["f32", "f64"] as const;

/** A function of a module, which exports it for both types. */
export interface Kernel {
  /** The name less the type. */
  readonly name: string;
  /** The code of the export for a type. */
  readonly code: (type: string) => string;
  /** "(i32,f64)->i32", of a type. */
  readonly signature: (type: string) => string;
  /** The names of the parameters that it reads from memory, in their order. */
  readonly parameters: readonly string[];
}

/** A module of its own: the kernels of a function, or what several functions share. */
export interface KernelModule {
  readonly name: string;
  readonly imports: readonly string[];
  readonly kernels: readonly Kernel[];
}

const sources = new Map<string, ts.SourceFile>();

/** A file of assembly/, parsed as TypeScript, of which AssemblyScript's syntax is close enough to a subset. */
function parse(path: string): ts.SourceFile {
  let source = sources.get(path);
  if (source === undefined) {
    source = ts.createSourceFile(path, readFileSync(assembly + path, "utf8"), ts.ScriptTarget.Latest, true);
    sources.set(path, source);
  }
  return source;
}

/** The names of `const enum Parameter` of a file: what its kernels read from memory. */
function parametersOf(source: ts.SourceFile): string[] {
  const declaration = source.statements.find((node) => ts.isEnumDeclaration(node) && node.name.text === "Parameter");
  return declaration ? (declaration as ts.EnumDeclaration).members.map(({ name }) => name.getText()) : [];
}

const wasmTypes: Record<string, string> = { usize: "i32", i32: "i32", bool: "i32", f64: "f64", void: "" };

function wasmType(type: string): string {
  const found = wasmTypes[type];
  if (found === undefined) throw new Error(`no parameter or result of an export may be of type ${type}`);
  return found;
}

/** A function of a file, exported under `exported`. */
function functionKernel(path: string, name: string, alias: string, exported: string): Kernel {
  const source = parse(path);
  const found = source.statements.find((node) => ts.isFunctionDeclaration(node) && node.name?.text === name);
  if (found === undefined) throw new Error(`assembly/${path} has no function ${name}`);
  const { parameters, type, typeParameters } = found as ts.FunctionDeclaration;
  const given = parameters.map((parameter) => parameter.name.getText());
  const list = parameters.map((parameter) => parameter.getText()).join(", ");
  const result = type!.getText();
  const generic = typeParameters !== undefined;
  const types = parameters.map((parameter) => wasmType(parameter.type!.getText()));
  return {
    name: exported,
    code: (type) =>
      generic || type === "f32"
        ? `export function ${exported}_${type}(${list}): ${result} {\n` +
          `  return ${alias}.${name}${generic ? `<${type}>` : ""}(${given.join(", ")});\n}`
        : "",
    signature: () => `(${types.join()})->${wasmType(result)}`,
    parameters: parametersOf(source),
  };
}

/** The value and the derivative of a file of elementwise/kernels/. */
function elementwiseKernels(file: string, alias: string): Kernel[] {
  const source = parse(`elementwise/kernels/${file}.ts`);
  const value = source.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === "Value");
  const at = (value as ts.ClassDeclaration | undefined)?.members.find((member) => member.name?.getText() === "at");
  const inputs = at !== undefined && ts.isMethodDeclaration(at) && at.parameters.length === 2 ? ["x", "y"] : ["src"];
  const loop = inputs.length === 2 ? "mapPairs" : "map";
  const given = [...inputs, "dst", "n"];
  // "gelu.tanh" has the kernels geluTanh and geluTanh_derivative.
  const name = file.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase());
  return (
    [
      [name, "Value"],
      [`${name}_derivative`, "Derivative"],
    ] as const
  ).map(([name, kind]) => ({
    name,
    code: (type) =>
      `export function ${name}_${type}(${given.map((name) => `${name}: usize`).join(", ")}): void {\n` +
      `  ${loop}<${alias}.${kind}, ${type}>(${given.join(", ")});\n}`,
    signature: () => `(${given.map(() => "i32").join()})->`,
    parameters: parametersOf(source),
  }));
}

/** The modules that list what they export, in assembly/modules/. */
function listedModules(): KernelModule[] {
  return filesOf("modules").map((file) => {
    const source = parse(`modules/${file}.ts`);
    const imports: string[] = [];
    const kernels = source.statements.filter(ts.isExportDeclaration).flatMap((statement, i) => {
      const path = (statement.moduleSpecifier as ts.StringLiteral).text.replace(/^\.\.\//, "");
      const alias = `in${i}`;
      imports.push(`import * as ${alias} from "../${path}";`);
      const names = (statement.exportClause as ts.NamedExports).elements.map(({ name }) => name.text);
      // So that no two modules export the same name, and the whole module can have them all.
      const exported = (name: string) => (name.startsWith(file) ? name : `${file}_${name}`);
      return names.map((name) => functionKernel(`${path}.ts`, name, alias, exported(name)));
    });
    return { name: file, imports, kernels };
  });
}

/** A module for each elementwise function, with the kernels of its variants: gelu.ts and gelu.tanh.ts. */
function elementwiseModules(): KernelModule[] {
  const files = filesOf("elementwise/kernels");
  return files
    .filter((file) => !file.includes("."))
    .map((name) => {
      const variants = files.filter((file) => file === name || file.startsWith(`${name}.`));
      const kernels = variants.flatMap((file, i) => elementwiseKernels(file, `k${i}`));
      const loop = kernels.some(({ code }) => code("f32").includes("mapPairs")) ? "mapPairs" : "map";
      const imports = variants.map((file, i) => `import * as k${i} from "../elementwise/kernels/${file}";`);
      return { name, imports: [`import { ${loop} } from "../elementwise/map";`, ...imports], kernels };
    });
}

function filesOf(folder: string): string[] {
  return readdirSync(`${assembly}${folder}`)
    .map((file) => file.replace(/\.ts$/, ""))
    .sort();
}

/** All modules, by name. */
export function listModules(): KernelModule[] {
  return [...elementwiseModules(), ...listedModules()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The AssemblyScript program of a module. */
export function entryOf({ imports, kernels }: KernelModule): string {
  const functions = kernels.flatMap(({ code }) => types.map((type) => code(type)));
  return [...imports, ...functions.filter((code) => code !== "")].join("\n") + "\n";
}

/** The numbers of assembly/layout.ts by name, as they are written. */
export function layoutNumbers(): { name: string; value: string; comment: string }[] {
  const source = parse("layout.ts");
  return source.statements.filter(ts.isVariableStatement).map((statement) => {
    const [declaration] = statement.declarationList.declarations;
    const comment = ts.getLeadingCommentRanges(source.text, statement.pos)?.at(-1);
    return {
      name: declaration.name.getText(),
      value: declaration.initializer!.getText(),
      comment: comment ? `${source.text.slice(comment.pos, comment.end)}\n` : "",
    };
  });
}
