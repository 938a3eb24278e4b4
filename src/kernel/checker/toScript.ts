import ts from "typescript";
import { assignmentTarget, boundNames } from "./assignmentTarget.ts";

const { factory } = ts;

/** Of a cell, for its translation. */
export interface ScriptFacts {
  /** What `import.meta` holds in the cell. */
  meta: Record<string, string>;
  /** True when the cell ends in an expression, whose value it has. */
  hasValue: boolean;
}

/** What goes to the front of a script, in this order. */
interface Fronts {
  variables: ts.Identifier[];
  functions: ts.Statement[];
  imports: ts.Statement[];
}

/**
 * Turns the JavaScript module that TypeScript made of a cell into a script for the inspector's `replMode`.
 *
 * Every name of the top level becomes a `let`: V8 lets a `let` or class be declared again in a later script, but not as
 * something else (a `const` not as `let`, a `function` or `var` not as either). Assignments to constants were refused by
 * the type check. Functions and `var` go to the front, where they would have been hoisted to; imports become
 * `await __sulam_import("specifier")` there.
 */
export function toScript({ meta, hasValue }: ScriptFacts): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const fronts: Fronts = { variables: [], functions: [], imports: [] };
    const body = file.statements.flatMap((statement) => topLevel(statement, fronts));
    const visit = visitor(context, fronts, meta);
    const rest = ts.visitNodes(factory.createNodeArray(body), visit(true), ts.isStatement);
    const functions = ts.visitNodes(factory.createNodeArray(fronts.functions), visit(true), ts.isStatement);
    const names = new Map(fronts.variables.map((name) => [ts.idText(name), name]));
    // Not declared twice: a name that is both `var` and function in one cell is the function's.
    for (const declaration of fronts.functions.flatMap(declaredNames)) names.delete(declaration);
    const variables = [...names.values()].map((name) => factory.createVariableDeclaration(name));
    const statements = [
      ...(variables.length > 0 ? [letStatement(variables)] : []),
      ...functions,
      ...fronts.imports,
      ...rest,
      ...(hasValue ? [] : [factory.createExpressionStatement(factory.createVoidZero())]),
    ];
    return factory.updateSourceFile(file, statements);
  };
}

function topLevel(node: ts.Statement, fronts: Fronts): ts.Statement[] {
  if (ts.isImportDeclaration(node)) {
    fronts.imports.push(importStatement(node));
    return [];
  }
  if (ts.isExportDeclaration(node)) {
    // `export { a } from "m"` and `export * from "m"` load their module; other exports mean nothing in a cell.
    if (node.moduleSpecifier) fronts.imports.push(factory.createExpressionStatement(importCall(node)));
    return [];
  }
  if (ts.isExportAssignment(node)) return [copy(factory.createExpressionStatement(node.expression), node)];
  if (ts.isFunctionDeclaration(node)) return hoistFunction(node, fronts);
  if (ts.isClassDeclaration(node)) {
    const { name, heritageClauses, members } = node;
    const modifiers = withoutExport(node.modifiers);
    if (!name) {
      const expression = factory.createClassExpression(modifiers, name, undefined, heritageClauses, members);
      const wrapped = factory.createParenthesizedExpression(copy(expression, node));
      return [copy(factory.createExpressionStatement(wrapped), node)];
    }
    return [factory.updateClassDeclaration(node, modifiers, name, undefined, heritageClauses, members)];
  }
  if (!ts.isVariableStatement(node)) return [node];
  const list = node.declarationList;
  const isVar = !(list.flags & ts.NodeFlags.BlockScoped);
  const declarations = isVar
    ? list
    : copy(factory.createVariableDeclarationList(list.declarations, ts.NodeFlags.Let), list);
  return [factory.updateVariableStatement(node, withoutExport(node.modifiers), declarations)];
}

function hoistFunction(node: ts.FunctionDeclaration, fronts: Fronts): ts.Statement[] {
  const { modifiers, asteriskToken, name, parameters, body } = node;
  if (!body) return [];
  const kept = withoutExport(modifiers)?.filter(ts.isModifier);
  // Without a name of its own, so that the function calls itself by the name in scope, as a declaration would.
  const plain = factory.createFunctionExpression(
    kept,
    asteriskToken,
    undefined,
    undefined,
    parameters,
    undefined,
    body,
  );
  const expression = copy(plain, node);
  if (!name) return [copy(factory.createExpressionStatement(factory.createParenthesizedExpression(expression)), node)];
  fronts.functions.push(letStatement([factory.createVariableDeclaration(name, undefined, undefined, expression)]));
  return [];
}

function importStatement(node: ts.ImportDeclaration): ts.Statement {
  const call = importCall(node);
  const { name, namedBindings } = node.importClause ?? {};
  const declare = (target: ts.BindingName, value: ts.Expression): ts.VariableDeclaration =>
    factory.createVariableDeclaration(target, undefined, undefined, value);
  if (namedBindings && ts.isNamespaceImport(namedBindings)) {
    const space = declare(namedBindings.name, call);
    const fromSpace = factory.createPropertyAccessExpression(namedBindings.name, "default");
    return copy(letStatement(name ? [space, declare(name, fromSpace)] : [space]), node);
  }
  const bind = (exported: ts.PropertyName, local: ts.Identifier): ts.BindingElement =>
    factory.createBindingElement(undefined, exported, local);
  const elements = [
    ...(name ? [bind(factory.createIdentifier("default"), name)] : []),
    ...(namedBindings?.elements ?? []).map((one) =>
      bind(one.propertyName ?? factory.createIdentifier(ts.idText(one.name)), one.name),
    ),
  ];
  if (elements.length === 0) return copy(factory.createExpressionStatement(call), node);
  return copy(letStatement([declare(factory.createObjectBindingPattern(elements), call)]), node);
}

function importCall({ moduleSpecifier, attributes }: ts.ImportDeclaration | ts.ExportDeclaration): ts.Expression {
  const entries = attributes?.elements.map(({ name, value }) => factory.createPropertyAssignment(name, value));
  const options =
    entries &&
    factory.createObjectLiteralExpression([
      factory.createPropertyAssignment("with", factory.createObjectLiteralExpression(entries)),
    ]);
  const given = options ? [moduleSpecifier!, options] : [moduleSpecifier!];
  return factory.createAwaitExpression(factory.createCallExpression(importer(), undefined, given));
}

function importer(): ts.Identifier {
  return factory.createIdentifier("__sulam_import");
}

/** Rewrites within statements: dynamic imports, `import.meta`, and `var`, which belongs to the cell even in a block. */
function visitor(
  context: ts.TransformationContext,
  fronts: Fronts,
  meta: Record<string, string>,
): (isCellScope: boolean) => ts.Visitor {
  const visit =
    (isCellScope: boolean): ts.Visitor =>
    (node) => {
      const inner = visit(isCellScope && !ts.isFunctionLike(node) && !ts.isClassStaticBlockDeclaration(node));
      const children = ts.visitEachChild(node, inner, context);
      if (ts.isCallExpression(children) && children.expression.kind === ts.SyntaxKind.ImportKeyword)
        return factory.updateCallExpression(children, importer(), undefined, children.arguments);
      if (ts.isMetaProperty(children) && children.keywordToken === ts.SyntaxKind.ImportKeyword) return metaObject(meta);
      return isCellScope ? withoutVar(children, fronts.variables) : children;
    };
  return visit;
}

function metaObject(meta: Record<string, string>): ts.Expression {
  const entries = Object.entries(meta);
  const properties = entries.map(([name, value]) =>
    factory.createPropertyAssignment(name, factory.createStringLiteral(value)),
  );
  return factory.createParenthesizedExpression(factory.createObjectLiteralExpression(properties));
}

function withoutVar(node: ts.Node, variables: ts.Identifier[]): ts.Node {
  if (ts.isVariableStatement(node) && isVar(node.declarationList)) {
    const assignments = assign(node.declarationList, variables);
    if (!assignments) return factory.createNotEmittedStatement(node);
    // `void`, so that an assignment that was a declaration is not the cell's value.
    const whole = factory.createVoidExpression(factory.createParenthesizedExpression(assignments));
    return copy(factory.createExpressionStatement(whole), node);
  }
  if (ts.isForStatement(node) && node.initializer && isVar(node.initializer)) {
    const { condition, incrementor, statement } = node;
    return factory.updateForStatement(node, assign(node.initializer, variables), condition, incrementor, statement);
  }
  if (ts.isForInStatement(node) && isVar(node.initializer))
    return factory.updateForInStatement(node, target(node.initializer, variables), node.expression, node.statement);
  if (ts.isForOfStatement(node) && isVar(node.initializer)) {
    const { awaitModifier, initializer, expression, statement } = node;
    return factory.updateForOfStatement(node, awaitModifier, target(initializer, variables), expression, statement);
  }
  return node;
}

function isVar(node: ts.Node): node is ts.VariableDeclarationList {
  return ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped);
}

function target(list: ts.VariableDeclarationList, variables: ts.Identifier[]): ts.Expression {
  const { name } = list.declarations[0]!;
  variables.push(...boundNames(name));
  return assignmentTarget(name);
}

function assign(list: ts.VariableDeclarationList, variables: ts.Identifier[]): ts.Expression | undefined {
  const parts = list.declarations.flatMap(({ name, initializer }): ts.Expression[] => {
    variables.push(...boundNames(name));
    return initializer ? [factory.createAssignment(assignmentTarget(name), initializer)] : [];
  });
  return parts.length > 0 ? parts.reduce((left, right) => factory.createComma(left, right)) : undefined;
}

function declaredNames(statement: ts.Statement): string[] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name).map(ts.idText));
}

function withoutExport<T extends ts.ModifierLike>(modifiers: ts.NodeArray<T> | undefined): T[] | undefined {
  const dropped = [ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DefaultKeyword];
  return modifiers?.filter(({ kind }) => !dropped.includes(kind));
}

function letStatement(declarations: ts.VariableDeclaration[]): ts.VariableStatement {
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList(declarations, ts.NodeFlags.Let),
  );
}

/** Gives a new node the place of the old one, for the source map. */
function copy<T extends ts.Node>(made: T, from: ts.Node): T {
  return ts.setTextRange(ts.setOriginalNode(made, from), from);
}
