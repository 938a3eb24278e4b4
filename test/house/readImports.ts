import ts from "typescript";
import { placeOf, walk } from "./sourceFile.ts";

/** One import: where it stands, and the module's name as written. */
export interface ImportOf {
  place: string;
  module: string;
}

/**
 * All imports of a file whose module is written out: static, re-export, `import type`, `import("x")` as a value and as
 * a type, `import x = require("x")` and `require("x")`.
 */
export function readImports(source: ts.SourceFile): ImportOf[] {
  const found: ImportOf[] = [];
  walk(source, (node) => {
    const module = moduleOf(node);
    if (module && ts.isStringLiteralLike(module)) found.push({ place: placeOf(source, node), module: module.text });
  });
  return found;
}

function moduleOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const isRequire = ts.isIdentifier(expression) && expression.text === "require";
  return expression.kind === ts.SyntaxKind.ImportKeyword || isRequire ? node.arguments[0] : undefined;
}
