/** The mutants of a file of src/, by rules. */

import ts from "typescript";
import { type Add, type Mutant, mutantsOf } from "./mutant.js";

const operators: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.PlusToken]: "-",
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.AsteriskToken]: "/",
  [ts.SyntaxKind.SlashToken]: "*",
  [ts.SyntaxKind.PercentToken]: "*",
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
  [ts.SyntaxKind.QuestionQuestionToken]: "&&",
  [ts.SyntaxKind.PlusEqualsToken]: "-=",
  [ts.SyntaxKind.MinusEqualsToken]: "+=",
};

/** What a method is taken for. */
const methods: Readonly<Record<string, string>> = {
  min: "max",
  max: "min",
  ceil: "floor",
  floor: "ceil",
  some: "every",
  every: "some",
  has: "get",
};

/** All mutants of a file of src/. */
export function sourceMutants(file: string): Mutant[] {
  return mutantsOf(file, isWithoutCode, mutateNode);
}

function isWithoutCode(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    // Others would do as well for inputs of which kernels must give known answers.
    (ts.isVariableDeclaration(node) && node.name.getText().startsWith("KNOWN_")) ||
    // The wording of errors is for people; that they are thrown is another mutant.
    (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) ||
    ts.isTemplateExpression(node)
  );
}

function mutateNode(node: ts.Node, add: Add): void {
  if (ts.isBinaryExpression(node)) {
    const other = operators[node.operatorToken.kind];
    if (other !== undefined) add("operator", node.operatorToken, other);
  } else if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === ts.SyntaxKind.MinusToken || node.operator === ts.SyntaxKind.ExclamationToken) {
      add("operator", node, node.operand.getText());
    }
  } else if (ts.isNumericLiteral(node) && !ts.isPropertyAssignment(node.parent)) {
    add("number", node, String(Number(node.text) + 1));
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) add("boolean", node, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) add("boolean", node, "true");
  else if (ts.isIfStatement(node)) {
    add("condition", node.expression, "true");
    add("condition", node.expression, "false");
  } else if (ts.isConditionalExpression(node)) {
    add("condition", node.condition, "true");
    add("condition", node.condition, "false");
  } else if (ts.isWhileStatement(node)) add("condition", node.expression, "false");
  else if (ts.isForStatement(node) && node.condition !== undefined) add("condition", node.condition, "false");
  else if (ts.isExpressionStatement(node) && ts.isBlock(node.parent) && !isSuper(node)) add("deleted", node, ";");
  else if (ts.isThrowStatement(node)) add("deleted", node, ";");
  else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name } = node.expression;
    if (Object.hasOwn(methods, name.text)) add("method", name, methods[name.text]);
  } else if (ts.isPropertyAccessExpression(node) && node.questionDotToken !== undefined) {
    add("chaining", node.questionDotToken, ".");
  } else if (ts.isBlock(node) && ts.isFunctionLike(node.parent) && node.statements.length > 0 && returnsNothing(node)) {
    add("body", node, "{}");
  }
}

function isSuper(node: ts.ExpressionStatement): boolean {
  return node.getText().startsWith("super(");
}

function returnsNothing(body: ts.Block): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found = true;
    ts.forEachChild(node, visit);
  };
  visit(body);
  return !found;
}
