/** TypeScript as an editor has it, over a program that imports the package as it is built. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const fileName = fileURLToPath(new URL("../../build/editor.ts", import.meta.url));
const types = fileURLToPath(new URL("../../dist/index.d.ts", import.meta.url));

/** A place in the program, marked by `|`, and what an editor says there. */
export class Editor {
  #text = "";
  #version = 0;
  readonly #service: ts.LanguageService;

  constructor() {
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ["lib.es2022.d.ts"],
      strict: true,
      types: [],
      paths: { lanewise: [types] },
    };
    const read = (path: string) => (path === fileName ? this.#text : ts.sys.readFile(path));
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [fileName],
      getScriptVersion: (path) => (path === fileName ? String(this.#version) : "1"),
      getScriptSnapshot: (path) => {
        const text = read(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => fileURLToPath(new URL("../..", import.meta.url)),
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (path) => path === fileName || ts.sys.fileExists(path),
      readFile: read,
    });
  }

  /** What is shown where the pointer is: the declaration, and what is said of it with its tags. */
  hover(marked: string): { readonly shown: string; readonly said: string } {
    const info = this.#service.getQuickInfoAtPosition(fileName, this.#open(marked));
    const said = [ts.displayPartsToString(info?.documentation), ...(info?.tags ?? []).map(textOfTag)];
    return { shown: ts.displayPartsToString(info?.displayParts), said: said.join("\n") };
  }

  /** What is shown while the arguments of a call are written: of the function, and of each parameter. */
  help(marked: string): { readonly said: string; readonly parameters: ReadonlyMap<string, string> } {
    const help = this.#service.getSignatureHelpItems(fileName, this.#open(marked), undefined);
    const item = help?.items[help.selectedItemIndex];
    const parameters = item?.parameters.map(
      ({ name, documentation }) => [name, ts.displayPartsToString(documentation)] as const,
    );
    return { said: ts.displayPartsToString(item?.documentation), parameters: new Map(parameters) };
  }

  /** What may be written there, each with what is said of it. */
  completions(marked: string): Map<string, string> {
    const place = this.#open(marked);
    const entries = this.#service.getCompletionsAtPosition(fileName, place, undefined)?.entries ?? [];
    return new Map(
      entries.map(({ name }) => {
        const details = this.#service.getCompletionEntryDetails(
          fileName,
          place,
          name,
          undefined,
          undefined,
          undefined,
          undefined,
        );
        return [name, ts.displayPartsToString(details?.documentation)];
      }),
    );
  }

  /** The errors of a program: the text that each points to, and the first line of what it says. */
  errors(program: string): string[] {
    this.#open(`${program}|`);
    return this.#service.getSemanticDiagnostics(fileName).map(({ start, length, messageText }) => {
      const [first] = ts.flattenDiagnosticMessageText(messageText, "\n").split("\n");
      return `${this.#text.slice(start, start! + length!)}: ${first}`;
    });
  }

  #open(marked: string): number {
    const text = `import { ${exported.join(", ")} } from "lanewise";\ndeclare const x: Float32Array, d: Float64Array;\n${marked}\n`;
    const place = text.lastIndexOf("|");
    this.#text = text.slice(0, place) + text.slice(place + 1);
    this.#version++;
    return place;
  }
}

/** The names that the package exports. */
const exported = /^export \{ ([^}]*) \};$/m
  .exec(readFileSync(types.replace(".d.ts", ".d.cts"), "utf8"))![1]
  .split(", ");

function textOfTag({ name, text }: ts.JSDocTagInfo): string {
  return `@${name} ${ts.displayPartsToString(text)}`;
}
