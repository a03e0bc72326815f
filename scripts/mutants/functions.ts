/** Which functions of src/ a test file calls: only its tests can notice mutants in them. */

import ts from "typescript";

/** The position of the innermost function around a node, by which functions are named; 0 outside of all. */
export function functionAround(node: ts.Node): number {
  for (let at: ts.Node | undefined = node.parent; at !== undefined; at = at.parent) {
    if (ts.isFunctionLike(at) && (at as ts.FunctionLikeDeclaration).body !== undefined) return at.getStart();
  }
  return 0;
}

/** The program with functions that note their first call in a file, as "path position". */
export function countFunctions(path: string, code: string, file: string): string {
  const source = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
  const edits: [at: number, text: string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const { body } = node as ts.FunctionLikeDeclaration;
      if (body !== undefined) addNote(body, node.getStart());
    }
    ts.forEachChild(node, visit);
  };
  const addNote = (body: ts.Node, number: number) => {
    const note = `noteCall(${number})`;
    if (ts.isBlock(body)) {
      const [first] = body.statements;
      // `super` must come first where fields are set.
      const isSuper = first?.getText().startsWith("super(");
      edits.push([isSuper ? first.getEnd() : body.getStart() + 1, `;${note};`]);
    } else {
      edits.push([body.getStart(), `(${note}, `], [body.getEnd(), ")"]);
    }
  };
  visit(source);
  let text = code;
  for (const [at, added] of edits.sort(([a], [b]) => b - a)) text = text.slice(0, at) + added + text.slice(at);
  const note = `${JSON.stringify(`${path} `)} + number + "\\n"`;
  return (
    `import { appendFileSync as append } from "node:fs";\nconst noted = new Set();\n` +
    `function noteCall(number) { if (!noted.has(number)) { noted.add(number); append(${JSON.stringify(file)}, ${note}); } }\n` +
    `noteCall(0);\n${text}`
  );
}
