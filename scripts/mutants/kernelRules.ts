/** The mutants of a kernel's file: by rules, each of which is a kind of mistake in such code. */

import ts from "typescript";
import { type Add, type Mutant, mutantsOf } from "./mutant.js";

/** What a method of a vector type, or a function of assembly/simd, is taken for, and the kind of that mistake. */
const calls: Readonly<Record<string, readonly [kind: string, ...others: string[]]>> = {
  add: ["sign", "sub"],
  sub: ["sign", "add"],
  mulAdd: ["sign", "negMulAdd"],
  negMulAdd: ["sign", "mulAdd"],
  addInt: ["sign", "subInt"],
  pmin: ["bound", "pmax"],
  pmax: ["bound", "pmin"],
  clampMin: ["bound", "clampMax"],
  clampMax: ["bound", "clampMin"],
  min: ["tail", "max"],
  lt: ["comparison", "le"],
  le: ["comparison", "lt"],
  gt: ["comparison", "ge"],
  ge: ["comparison", "gt"],
  eq: ["comparison", "ne"],
  ne: ["comparison", "eq"],
  and: ["mask", "or"],
  or: ["mask", "and"],
  andnot: ["mask", "and"],
  any_true: ["mask", "all_true"],
  all_true: ["mask", "any_true"],
  gt_s: ["comparison", "ge_s"],
  max_s: ["bound", "min_s"],
};

const operators: Readonly<Partial<Record<ts.SyntaxKind, readonly [kind: string, other: string]>>> = {
  [ts.SyntaxKind.PlusToken]: ["sign", "-"],
  [ts.SyntaxKind.MinusToken]: ["sign", "+"],
  [ts.SyntaxKind.PlusEqualsToken]: ["sign", "-="],
  [ts.SyntaxKind.MinusEqualsToken]: ["sign", "+="],
  [ts.SyntaxKind.LessThanToken]: ["comparison", "<="],
  [ts.SyntaxKind.LessThanEqualsToken]: ["comparison", "<"],
  [ts.SyntaxKind.GreaterThanToken]: ["comparison", ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ["comparison", ">"],
  [ts.SyntaxKind.EqualsEqualsToken]: ["comparison", "!="],
  [ts.SyntaxKind.ExclamationEqualsToken]: ["comparison", "=="],
  [ts.SyntaxKind.AmpersandAmpersandToken]: ["comparison", "||"],
  [ts.SyntaxKind.BarBarToken]: ["comparison", "&&"],
};

/** All mutants of a file of assembly/. */
export function kernelMutants(file: string): Mutant[] {
  return mutantsOf(file, hasNoRule, mutateNode);
}

function hasNoRule(node: ts.Node): boolean {
  return ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isEnumDeclaration(node);
}

function mutateNode(node: ts.Node, add: Add): void {
  if (ts.isNumericLiteral(node)) mutateNumber(node, add);
  else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    add("sign", node, node.operand.getText());
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    add("comparison", node, node.operand.getText());
  } else if (ts.isBinaryExpression(node)) mutateOperator(node, add);
  else if (ts.isCallExpression(node)) mutateCall(node, add);
  else if (node.kind === ts.SyntaxKind.TrueKeyword) add("flag", node, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) add("flag", node, "true");
  else if (ts.isIfStatement(node)) add("condition", node.expression, `!(${node.expression.getText()})`);
  else if (ts.isConditionalExpression(node) && !isAboutType(node.condition)) {
    add("condition", node.condition, `!(${node.condition.getText()})`);
  } else if (ts.isExpressionStatement(node) && node.parent.kind === ts.SyntaxKind.Block) add("deleted", node, ";");
}

/** Whether an expression depends on the type that code is compiled for: the other branch may not even compile. */
function isAboutType(node: ts.Node): boolean {
  return node.getText().includes("sizeof<");
}

function mutateOperator(node: ts.BinaryExpression, add: Add): void {
  const found = operators[node.operatorToken.kind];
  if (found === undefined || isAboutType(node.left)) return;
  add(found[0], node.operatorToken, found[1]);
}

function mutateCall(node: ts.CallExpression, add: Add): void {
  const { expression, arguments: args } = node;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  const text = name.getText();
  if (text === "select" && args.length === 3) {
    const [a, b, where] = Array.from(args, (arg) => arg.getText());
    const types = node.typeArguments?.map((type) => type.getText()).join() ?? "";
    add("select", node, `select<${types}>(${b}, ${a}, ${where})`);
  } else if (text === "forBlocks" && args.length === 5) {
    add("tail", args[4], args[4].getText().includes("Infinity") ? "<T>1000" : "<T>1");
  } else if (Object.hasOwn(calls, text)) {
    const [kind, other] = calls[text];
    add(kind, name, other);
  }
}

function mutateNumber(node: ts.NumericLiteral, add: Add): void {
  const text = node.getText();
  const type = dataType(node);
  const value = Number(text);
  if (type === undefined) {
    const { parent } = node;
    if (ts.isBinaryExpression(parent) && isAboutType(parent)) return;
    const isMask = ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.TildeToken;
    if (isMask) add("tail", node, String((value - 1) / 2));
    else if (Number.isInteger(value) && value > 0 && value % 16 === 0) add("offset", node, String(value - 16));
    else if (text.startsWith("0x")) add("digits", node, `(${text} ^ 0x40)`);
    else add("offset", node, String(value === 0 ? 1 : Number.isInteger(value) ? value - 1 : value * 2));
    return;
  }
  if (type.startsWith("u")) {
    add("digits", node, `(${text} ^ 1)`);
    return;
  }
  if (Number.isInteger(value)) {
    add("bound", node, String(value === 1 ? 2 : value / 2));
    return;
  }
  const name = constantName(node);
  // The first digits of the error of another constant are the last ones of the sum.
  if (name.includes("ERROR")) {
    add("coefficient", node, String(value * 1.5));
    return;
  }
  // What float64 computes for a float32 result has more digits than that shows.
  const isForFloat32 = name.endsWith("_F32");
  if (type === "f32" || !isForFloat32) add("digits", node, nextFloat(value, type === "f32"));
  add("coefficient", node, String(value * (type === "f32" || isForFloat32 ? 1 + 2 ** -9 : 1 + 2 ** -24)));
}

/** The name of the constant that a number belongs to. */
function constantName(node: ts.Node): string {
  let at = node;
  while (!ts.isVariableDeclaration(at)) at = at.parent;
  return at.name.getText();
}

/** The element type, if a number is an element of `memory.data<type>([…])`. */
function dataType(node: ts.Node): string | undefined {
  for (let at = node.parent; ; at = at.parent) {
    if (ts.isArrayLiteralExpression(at)) {
      const call = at.parent as ts.CallExpression;
      return ts.isCallExpression(call) ? call.typeArguments?.[0]?.getText() : undefined;
    }
    if (!ts.isBinaryExpression(at) && !ts.isPrefixUnaryExpression(at)) return undefined;
  }
}

/** The next float of the type, away from 0. */
function nextFloat(value: number, isFloat32: boolean): string {
  const view = new DataView(new ArrayBuffer(8));
  if (isFloat32) {
    view.setFloat32(0, value);
    view.setUint32(0, view.getUint32(0) + 1);
    return String(view.getFloat32(0));
  }
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return String(view.getFloat64(0));
}
