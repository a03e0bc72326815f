/** Which modules a declaration of assembly/ goes into. */

import { readdirSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";
import { pathOf } from "../../bench/paths.js";
import { declaredNames, parse } from "./mutant.js";

/** What a file has by name: the names that each declaration uses, and where those that it imports come from. */
interface Contents {
  readonly uses: ReadonlyMap<string, ReadonlySet<string>>;
  readonly imports: ReadonlyMap<string, readonly [file: string, name: string]>;
}

const contents = new Map<string, Contents>();

function contentsOf(file: string): Contents {
  let found = contents.get(file);
  if (found === undefined) contents.set(file, (found = readContents(file)));
  return found;
}

/** The name that stands for a whole file: that of `import * as`, and of what runs when a module is instantiated. */
const ALL = "*";

function readContents(file: string): Contents {
  const uses = new Map<string, Set<string>>([[ALL, new Set()]]);
  const imports = new Map<string, readonly [string, string]>();
  for (const statement of parse(file).statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = `${posix.join(posix.dirname(file), (statement.moduleSpecifier as ts.StringLiteral).text)}.ts`;
      const bindings = statement.importClause!.namedBindings!;
      if (ts.isNamespaceImport(bindings)) imports.set(bindings.name.text, [from, ALL]);
      else
        for (const { name, propertyName } of bindings.elements)
          imports.set(name.text, [from, (propertyName ?? name).getText()]);
      continue;
    }
    const used = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) used.add(node.text);
      ts.forEachChild(node, visit);
    };
    visit(statement);
    for (const name of declaredNames(statement)) {
      uses.set(name, used);
      uses.get(ALL)!.add(name);
    }
  }
  return { uses, imports };
}

/** The declarations that a program reaches, as "file name". */
function reachedBy(entry: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const reach = (file: string, name: string): void => {
    const { uses, imports } = contentsOf(file);
    const imported = imports.get(name);
    if (imported !== undefined) reach(...imported);
    else if (uses.has(name) && !reached.has(`${file} ${name}`)) {
      reached.add(`${file} ${name}`);
      for (const used of uses.get(name)!) reach(file, used);
    }
  };
  reach(entry, ALL);
  return reached;
}

const byModule = new Map<string, ReadonlySet<string>>();

/** The names of the modules that a declaration of a file goes into; of all that import the file, without a declaration. */
export function modulesWith(file: string, declaration: string | undefined): string[] {
  if (byModule.size === 0) {
    for (const entry of readdirSync(pathOf("assembly/generated"))) {
      byModule.set(entry.replace(/\.ts$/, ""), reachedBy(`assembly/generated/${entry}`));
    }
  }
  const start = declaration === undefined ? `${file} ` : `${file} ${declaration}`;
  return Array.from(byModule)
    .filter(([, reached]) =>
      declaration === undefined ? Array.from(reached).some((name) => name.startsWith(start)) : reached.has(start),
    )
    .map(([name]) => name);
}
