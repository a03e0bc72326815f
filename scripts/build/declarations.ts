/**
 * Declares the public functions as functions. In src/ they are constants of an interface that a family shares; an editor shows of a
 * call only what the interface's signature says, which can't name the function, its parameters and their defaults. So the package's
 * types have, in the place of such a constant, a function with its docstring and a namespace with its members, each with a docstring
 * made of the signature's and the function's.
 */

import ts from "typescript";
import { type Comment, commentIn, oneLine, sentenceOf, type Tag, written } from "./comments.js";

/** A call signature, with the arguments of its interface in the place of the parameters. */
interface Signature {
  readonly text: string;
  readonly comment: Comment;
}

interface Member {
  readonly name: string;
  readonly comment: Comment;
  readonly type: string;
  /** How it is called; empty where it is no function. */
  readonly signatures: readonly Signature[];
}

/** The types by which the parameters of an interface are replaced, as text. */
type Arguments = ReadonlyMap<string, string>;

const NONE: Arguments = new Map();

/** The types, as one file, with the functions declared as such, behind all else. */
export function declareFunctions(types: string): string {
  const declarations = new Declarations(types);
  const functions: Declared[] = [];
  let rest = "";
  for (const statement of declarations.source.statements) {
    const declared = declarations.declare(statement);
    if (declared === undefined) rest += statement.getFullText();
    else functions.push(declared);
  }
  // Those of a family, which say nearly the same, side by side: the package is 2 kB smaller by that.
  functions.sort((a, b) => (a.family < b.family ? -1 : a.family > b.family ? 1 : 0));
  return withoutOthers(`${rest.trimEnd()}\n\n${functions.map(({ text }) => text).join("\n")}`);
}

/** A function that is declared as such. */
interface Declared {
  readonly text: string;
  /** The type that it had. */
  readonly family: string;
}

/** Without the comments of files, and the formulas in TeX, which no editor renders: docstrings begin with them in plain text. */
function withoutOthers(types: string): string {
  return types.replace(/^\/\*\* .* \*\/\n\n/gm, "").replace(/^\/\*\* .* \*\/\n(?=\/\*\*)/gm, "").replace(/^ \* @(?:formula|derivative) `.*`\n/gm, "");
}

class Declarations {
  readonly source: ts.SourceFile;
  readonly #interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>;

  constructor(text: string) {
    this.source = ts.createSourceFile("index.d.ts", text, ts.ScriptTarget.Latest, true);
    const interfaces = this.source.statements.filter(ts.isInterfaceDeclaration);
    this.#interfaces = new Map(interfaces.map((node) => [node.name.text, node]));
  }

  /** A function and its namespace; undefined where a statement is no constant that can be called. */
  declare(statement: ts.Statement): Declared | undefined {
    if (!ts.isVariableStatement(statement)) return undefined;
    const [{ name, type }] = statement.declarationList.declarations;
    if (type === undefined || !ts.isTypeReferenceNode(type)) return undefined;
    const signatures = this.#signaturesOf(type, NONE);
    if (signatures.length === 0) return undefined;
    const fn = new FunctionText(name.getText(), this.#commentOf(statement), this.#parametersOf(type));
    const calls = signatures.map((signature) => fn.call(signature, signatures.length > 1));
    const members = this.#membersOf(type, NONE).map((member) => fn.member(member));
    const text = `${calls.join("")}declare namespace ${name.getText()} {\n${members.join("")}}\n`;
    return { text, family: type.getText() };
  }

  /** The call signatures of a type, its interface's bases among them. */
  #signaturesOf(type: ts.TypeNode, given: Arguments): Signature[] {
    const [elements, inner, bases] = this.#open(type, given);
    const own = elements.filter(ts.isCallSignatureDeclaration).map((node) => ({
      text: substituted(node, inner).replace(/;$/, ""),
      comment: this.#commentOf(node),
    }));
    // Pick takes over members, no calls.
    const inherited = bases.filter((base) => base.expression.getText() !== "Pick");
    return [...own, ...inherited.flatMap((base) => this.#signaturesOf(base, inner))];
  }

  #membersOf(type: ts.TypeNode, given: Arguments): Member[] {
    const [elements, inner, bases] = this.#open(type, given);
    const own = elements.filter(ts.isPropertySignature).map((node) => ({
      name: node.name.getText(),
      comment: this.#commentOf(node),
      type: substituted(node.type!, inner),
      signatures: this.#signaturesOf(node.type!, inner),
    }));
    const from = (base: ts.ExpressionWithTypeArguments) =>
      base.expression.getText() === "Pick" ? base.typeArguments![0] : base;
    return [...own, ...bases.flatMap((base) => this.#membersOf(from(base), inner))];
  }

  /** What an interface or an object type has, the arguments of its parameters, and the types that it extends. */
  #open(
    type: ts.TypeNode,
    given: Arguments,
  ): [elements: readonly ts.TypeElement[], inner: Arguments, bases: readonly ts.ExpressionWithTypeArguments[]] {
    if (ts.isTypeLiteralNode(type)) return [[...type.members], given, []];
    const isReference = ts.isTypeReferenceNode(type) || ts.isExpressionWithTypeArguments(type);
    const node = isReference ? this.#interfaces.get(referredName(type)) : undefined;
    if (!isReference || node === undefined) return [[], NONE, []];
    const inner = (node.typeParameters ?? []).map((parameter, i): [string, string] => {
      const argument = type.typeArguments?.[i] ?? parameter.default;
      return [parameter.name.text, argument === undefined ? "" : substituted(argument, given)];
    });
    return [[...node.members], new Map(inner), node.heritageClauses?.flatMap(({ types }) => [...types]) ?? []];
  }

  /** The parameters of the type's functions, each as "`name`: what it is, default 1"; undefined where its family has none. */
  #parametersOf(type: ts.TypeReferenceNode): string[] | undefined {
    if (this.#interfaces.get(type.typeName.getText())?.typeParameters === undefined) return undefined;
    const [argument] = type.typeArguments ?? [];
    if (argument === undefined) return [];
    const [elements] = this.#open(argument, NONE);
    return elements.map((node) => {
      const text = oneLine(this.#commentOf(node).text).replace(/\. Default: (.*)\.$/, ", default $1");
      return `\`${node.name!.getText()}\`: ${text[0].toLowerCase()}${text.slice(1)}`;
    });
  }

  #commentOf(node: ts.Node): Comment {
    return commentIn(this.source.text.slice(node.getFullStart(), node.getStart(this.source)));
  }
}

function referredName(type: ts.TypeReferenceNode | ts.ExpressionWithTypeArguments): string {
  return (ts.isTypeReferenceNode(type) ? type.typeName : type.expression).getText();
}

/** The text of a node, with types in the place of their names. */
function substituted(node: ts.Node, given: Arguments): string {
  const start = node.getStart();
  let text = node.getText();
  const names: ts.TypeReferenceNode[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isTypeReferenceNode(child) && given.has(child.typeName.getText())) names.push(child);
    else ts.forEachChild(child, visit);
  };
  visit(node);
  for (const name of names.reverse()) {
    const argument = given.get(name.typeName.getText())!;
    text = text.slice(0, name.getStart() - start) + argument + text.slice(name.end - start);
  }
  return withoutEmpty(text);
}

/** Without what says nothing where there are no parameters. */
function withoutEmpty(text: string): string {
  return text
    .replace(/ElementwiseOptions<object, (\w+)>/g, "OutOption<$1>")
    .replace(/ & Given<object>|(?<=>) & object\b/g, "")
    .replace(/(\w+)<object>/g, "$1");
}

/** What interfaces say of parameters for all functions, and what of those with the parameters `list`, "" where there are none. */
const PARAMETERS: readonly [shared: string, own: (list: string) => string][] = [
  ["the function's parameters by name, and `out`:", (list) => `${list && `${list}; `}\`out\`:`],
  ["the loss's own options; ", (list) => list && `${list}; `],
  ["; the parameters of that function;", (list) => `;${list && ` ${list};`}`],
  [", a parameter is not of its type, or", (list) => (list ? ", a parameter is not of its type, or" : ", or")],
  [", or a parameter is out of its domain", (list) => (list ? ", or a parameter is out of its domain" : "")],
  ["gate or a parameter is something else", (list) => (list ? "gate or a parameter is something else" : "gate is something else")],
];

/** Writes the declarations of one function. */
class FunctionText {
  constructor(
    private readonly name: string,
    private readonly comment: Comment,
    private readonly parameters: readonly string[] | undefined,
  ) {}

  /** The function itself. Of several signatures each says for what it is. */
  call({ text, comment }: Signature, isOneOfSeveral: boolean): string {
    const texts = isOneOfSeveral ? [this.comment.text, comment.text] : [this.comment.text];
    const tags = [...this.#own(comment.tags), ...this.comment.tags];
    return `${written({ text: texts.join("\n\n"), tags })}declare function ${this.name}${text};\n`;
  }

  /** A member, in the namespace of the function. What it throws is nearly what the function throws. */
  member({ name, comment, type, signatures }: Member): string {
    if (signatures.length === 0) return `${written(comment, "    ")}    const ${name}: ${type};\n`;
    return signatures
      .map((signature) => {
        const shared = (comment.text || signature.comment.text).replace(/\bf(?='?\(x\))/g, this.name);
        const tags = this.#own(signature.comment.tags.filter((tag) => tag.name !== "throws"));
        const text = signature.text.replace(/\n {4}/g, "\n");
        return `${written({ text: this.#withOwn(name, shared), tags }, "    ")}    function ${name}${text};\n`;
      })
      .join("");
  }

  /** What is said of a member of all functions, with what the function's docstring says of its own. */
  #withOwn(member: string, shared: string): string {
    const { text } = this.comment;
    const own = sentenceOf(text, `\`${this.name}\\.${member}\\(`);
    if (own !== undefined) return `${shared}\n\n${own}`;
    const derivative = member === "derivative" ? sentenceOf(text, "It(?:s| is its own) derivative") : undefined;
    if (derivative === undefined) return shared;
    const is = /^Its derivative is (.*)$/.exec(derivative);
    return is ? shared.replace(/\.$/, `: ${is[1]}`) : `${shared} ${derivative.replace(/^Its derivative/, "It")}`;
  }

  /** Tags of a signature, with the function's parameters in the place of what is said of all functions'. */
  #own(tags: readonly Tag[]): Tag[] {
    const { parameters } = this;
    if (parameters === undefined) return [...tags];
    const own = tags.map(({ name, text }) => ({
      name,
      text: PARAMETERS.reduce((text, [shared, own]) => text.replace(shared, own(parameters.join("; "))), text),
    }));
    const isSaid = own.some(({ name, text }, i) => name === "param" && text !== tags[i].text);
    const isReferred = tags.some(({ text }) => text.includes("as of the function itself"));
    if (!isSaid && !isReferred) throw new Error(`no docstring of ${this.name}'s family says where its parameters stand`);
    return own;
  }
}
