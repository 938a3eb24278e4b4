import ts from "typescript";
import { placeOf } from "./sourceFile.ts";

/** One exported declaration. */
export interface ExportOf {
  place: string;
  name: string;
  hasDocstring: boolean;
  /** Most parameters of the function, or of a method or constructor of the class; 0 for other exports. */
  parameters: number;
}

/** The declarations that a file exports. Re-exports are left out: their docstring stands where they are declared. */
export function readExports(source: ts.SourceFile): ExportOf[] {
  const named = exportedNames(source);
  return source.statements.flatMap((statement) => {
    const own = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    const isExported = own.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    const names = namesOf(statement).filter((name) => isExported || named.has(name));
    const hasDocstring = ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc);
    const parameters = mostParameters(statement);
    return names.map((name) => ({ place: placeOf(source, statement), name, hasDocstring, parameters }));
  });
}

/** Names in `export { a, b }`, and in `export default a`. */
function exportedNames(source: ts.SourceFile): Set<string> {
  const lists = source.statements.filter(ts.isExportDeclaration).filter((statement) => !statement.moduleSpecifier);
  const elements = lists.flatMap(({ exportClause }) =>
    exportClause && ts.isNamedExports(exportClause) ? [...exportClause.elements] : [],
  );
  const names = elements.map((element) => (element.propertyName ?? element.name).text);
  const defaults = source.statements.filter(ts.isExportAssignment).map(({ expression }) => expression.getText(source));
  return new Set([...names, ...defaults]);
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isNamed ? [statement.name?.text ?? "default"] : [];
}

function mostParameters(node: ts.Node): number {
  if (ts.isFunctionDeclaration(node)) return node.parameters.length;
  if (ts.isVariableStatement(node))
    return Math.max(0, ...node.declarationList.declarations.map(({ initializer }) => parametersOf(initializer)));
  if (!ts.isClassDeclaration(node)) return 0;
  const members = node.members.filter(
    (member) => ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member),
  );
  return Math.max(0, ...members.map((member) => member.parameters.length));
}

function parametersOf(value: ts.Expression | undefined): number {
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value.parameters.length : 0;
}
