import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { isScript } from "./isScript.ts";
import type { ParsedCell } from "./parseCell.ts";
import { toScript } from "./toScript.ts";

/** Where and how a cell is translated. */
export interface TranslationPlace {
  /** The notebook's folder. */
  cwd: string;
  /** How errors call the cell: `cell3.ts`. */
  fileName: string;
  /** The project's options. */
  options: ts.CompilerOptions;
  /** The cell as the reader wrote it: errors show the line that failed. */
  code: string;
}

/**
 * JavaScript for the inspector's `replMode`, and the source map (version 3, JSON) from it to the cell, whose text it
 * holds; "" where the text is the JavaScript itself, one line lower.
 */
export interface Translation {
  js: string;
  map: string;
}

/** Options of a project that decide what its code means when it runs. */
const MEANING = [
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "reactNamespace",
  "experimentalDecorators",
  "emitDecoratorMetadata",
  "useDefineForClassFields",
];

/**
 * Translates a cell without syntax errors.
 *
 * @param typeOnly  names that the cell imports and that mean only types; every other import is kept, also when the cell
 *                  does not use it, since a later cell may
 */
export function translate(cell: ParsedCell, typeOnly: ReadonlySet<string>, place: TranslationPlace): Translation {
  const { cwd, fileName, options, code } = place;
  const path = join(cwd, fileName);
  const last = cell.source.statements.findLast((statement) => !ts.isEmptyStatement(statement));
  const hasValue = last !== undefined && isShown(last);
  const head = `'use strict';${hasValue ? "" : " void 0;"}\n`;
  if (code === cell.source.text && isScript(cell.source))
    return { js: `${head}${code}${hasValue ? "" : "\n;void 0;"}`, map: "" };
  const meta = { url: pathToFileURL(path).href, filename: path, dirname: cwd };
  const { outputText, sourceMapText } = ts.transpileModule(cell.source.text, {
    fileName: cell.isJsx ? fileName.replace(/\.ts$/, ".tsx") : fileName,
    compilerOptions: {
      ...Object.fromEntries(MEANING.map((name) => [name, options[name]])),
      // Old enough that `using` and decorators are written out, which Node 20 does not know.
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.Preserve,
      moduleDetection: ts.ModuleDetectionKind.Force,
      verbatimModuleSyntax: true,
      alwaysStrict: false,
      sourceMap: true,
    },
    transformers: { before: [withoutTypes(typeOnly)], after: [toScript({ meta, hasValue })] },
  });
  const map = JSON.parse(sourceMapText!) as { mappings: string };
  const js = outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
  // One line in front, one line in front in the map.
  return {
    js: `${head}${js}`,
    map: JSON.stringify({
      ...map,
      file: undefined,
      sources: [fileName],
      sourcesContent: [code],
      mappings: `;${map.mappings}`,
    }),
  };
}

/** An expression is shown, an assignment is not: who writes `k = 5` knows what k is. */
function isShown(last: ts.Statement): boolean {
  if (!ts.isExpressionStatement(last)) return ts.isExportAssignment(last);
  const { expression } = last;
  const operator = ts.isBinaryExpression(expression) ? expression.operatorToken.kind : ts.SyntaxKind.Unknown;
  return operator < ts.SyntaxKind.FirstAssignment || operator > ts.SyntaxKind.LastAssignment;
}

function withoutTypes(typeOnly: ReadonlySet<string>): ts.TransformerFactory<ts.SourceFile> {
  const { factory } = ts;
  return () => (file) => {
    const kept = file.statements.flatMap((node): ts.Statement[] => {
      const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
      if (!ts.isImportDeclaration(node) || !clause || typeOnly.size === 0) return [node];
      const isKept = ({ text }: { text: string }): boolean => !typeOnly.has(text);
      const name = clause.name && isKept(clause.name) ? clause.name : undefined;
      const all = clause.namedBindings;
      const elements = all && ts.isNamedImports(all) ? all.elements.filter((one) => isKept(one.name)) : [];
      const bindings = all && ts.isNamedImports(all) ? factory.updateNamedImports(all, elements) : all;
      const isEmpty = !name && (!all || (ts.isNamedImports(all) && elements.length === 0 && all.elements.length > 0));
      if (isEmpty) return [];
      const shorter = factory.updateImportClause(clause, clause.phaseModifier, name, bindings);
      return [factory.updateImportDeclaration(node, node.modifiers, shorter, node.moduleSpecifier, node.attributes)];
    });
    return factory.updateSourceFile(file, kept);
  };
}
