/** The calls of the public functions and their options, as the package's types have them. */

import { fileURLToPath } from "node:url";
import ts from "typescript";

/** What may be called: a function, or a member of it. */
export interface Callable {
  /** "sigmoid.derivative" */
  readonly name: string;
  /** "(x: number): number" */
  readonly signatures: readonly string[];
}

/** An option of a function. */
export interface Option {
  readonly name: string;
  readonly type: string;
  /** What its docstring says, in Markdown. */
  readonly text: string;
}

export interface FunctionType {
  readonly callables: readonly Callable[];
  /** The options of the function itself, in the order in which its calls have them. */
  readonly options: readonly Option[];
}

const FORMAT = ts.TypeFormatFlags.NoTruncation;

/** The types of functions of a module, by name; `file` is its types in dist/. */
export function functionTypes(names: Iterable<string>, file = "index.d.ts"): Map<string, FunctionType> {
  const types = typesIn(file);
  return new Map(Array.from(names, (name) => [name, types.of(name)]));
}

/** The methods of an interface that a module exports, each with what its docstring begins with. */
export function methodsOf(name: string, file: string): { readonly signature: string; readonly text: string }[] {
  return typesIn(file).methodsOf(name);
}

function typesIn(name: string): Types {
  const file = fileURLToPath(new URL(`../../../dist/${name}`, import.meta.url));
  const program = ts.createProgram([file], { lib: ["lib.es2022.d.ts"], types: [], strict: true });
  return new Types(program.getTypeChecker(), program.getSourceFile(file)!, name);
}

class Types {
  readonly #exports: Map<string, ts.Symbol>;

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly source: ts.SourceFile,
    private readonly file: string,
  ) {
    const module = checker.getSymbolAtLocation(source)!;
    this.#exports = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
  }

  methodsOf(name: string): { readonly signature: string; readonly text: string }[] {
    const type = this.checker.getDeclaredTypeOfSymbol(this.#exportOf(name));
    return type.getProperties().map((method) => {
      const [signature] = this.#typeOf(method).getCallSignatures();
      const text = ts.displayPartsToString(method.getDocumentationComment(this.checker));
      return { signature: method.name + this.#textOf(signature), text };
    });
  }

  #exportOf(name: string): ts.Symbol {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) throw new Error(`dist/${this.file} exports no ${name}`);
    return symbol;
  }

  of(name: string): FunctionType {
    const type = this.#typeOf(this.#exportOf(name));
    const members = type
      .getProperties()
      .map((member) => ({ name: `${name}.${member.name}`, type: this.#typeOf(member) }))
      .filter((member) => member.type.getCallSignatures().length > 0);
    return {
      callables: [{ name, type }, ...members].map((callable) => ({
        name: callable.name,
        signatures: [...new Set(callable.type.getCallSignatures().map((signature) => this.#textOf(signature)))],
      })),
      options: this.#optionsOf(type),
    };
  }

  #typeOf(symbol: ts.Symbol): ts.Type {
    return this.checker.getTypeOfSymbolAtLocation(symbol, this.source);
  }

  /** A signature in short: which class an array is of, and in which buffer it lies, the API reference tells. */
  #textOf(signature: ts.Signature): string {
    const text = plain(this.checker.signatureToString(signature, undefined, FORMAT));
    // "?" says that it may be undefined.
    return inShort(text.replace(/ \| undefined/g, "").replace(/\?: \(([^()]+)\)(?=[,)])/g, "?: $1"));
  }

  #optionsOf(type: ts.Type): Option[] {
    const found = new Map<string, Option>();
    for (const signature of type.getCallSignatures()) {
      for (const parameter of signature.parameters) {
        if (!/^(options|parameters)$/.test(parameter.name)) continue;
        const given = this.checker.getNonNullableType(this.#typeOf(parameter));
        for (const option of this.checker.getPropertiesOfType(given)) {
          const { name } = option;
          const text = ts.displayPartsToString(option.getDocumentationComment(this.checker));
          const known = found.get(name);
          const types = new Set([...(known?.type.split(" | ") ?? []), ...this.#optionType(option, signature).split(" | ")]);
          // One of several calls may have no array to write to.
          for (const none of ["undefined", "never"]) types.delete(none);
          found.set(name, { name, type: [...types].join(" | "), text: known?.text || text });
        }
      }
    }
    return [...found.values()];
  }

  #optionType(option: ts.Symbol, signature: ts.Signature): string {
    const type = this.checker.getNonNullableType(this.#typeOf(option));
    const text = plain(this.checker.typeToString(type, undefined, FORMAT));
    const [, name] = /^NonNullable<(\w)>$/.exec(text) ?? [];
    const parameter = signature.typeParameters?.find(({ symbol }) => symbol.name === name);
    const constraint = parameter?.getConstraint();
    const words = constraint?.isUnion() ? constraint.types.filter((type) => type.isStringLiteral()) : [];
    if (words.length > 0) return words.map(({ value }) => JSON.stringify(value)).join(" | ");
    const meant = constraint ? plain(this.checker.typeToString(constraint, undefined, FORMAT)) : text;
    return meant.replace(/(number \| )?FloatArray \| Float32Array \| Float64Array|SameType<A>/, "FloatArray");
  }
}

/** With one type parameter for all arrays of the type of x. */
function inShort(signature: string): string {
  const oneRow = /A & object/.test(signature) ? signature.replace("<A extends number | FloatArray", "<A extends FloatArray") : signature;
  return oneRow
    .replace(/ & object/g, "")
    .replace(/SameType<A>/g, "A")
    .replace(/OutOr<O, (\w+)<ArrayBuffer>>/g, "$1")
    .replace(/OutOr<O, ByDType<D, .*>>$/, 'D extends "int32" ? Int32Array : A')
    .replace(/OutOr<O, NewArray<A>>/g, "A")
    .replace(/NewArray<A>/g, "A")
    .replace(/, O extends .*?(?=>\()/, "")
    .replace(/<O extends .*?>(?=\()/, "")
    .replace(/ = (undefined|number|"mean")(?=[,>])/g, "")
    .replace(/<O(?=[,>])/g, "<A")
    .replace(/, O>/g, ", A>")
    .replace(/(GreaterOptions|MaskedOptions)<A>(?=\): (A extends number \? number : Uint8|Int32))/g, "$1");
}

/** Which buffers typed arrays have makes no difference here. */
function plain(text: string): string {
  return text.replaceAll("<ArrayBufferLike>", "");
}
