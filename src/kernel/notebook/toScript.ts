import { isAbsolute, join, relative } from "node:path";
import ts from "typescript";
import { ImportsOnce } from "./importsOnce.ts";
import { hasTag, type Notebook } from "./notebook.ts";

/** Where notebook and script lie, as relative imports must follow. */
export interface ScriptOptions {
  /** Folder of the notebook. */
  from: string;
  /** Folder of the script. */
  to: string;
}

/** A notebook as a program, and what will not work there. */
export interface Script {
  text: string;
  warnings: string[];
}

/**
 * The notebook as one TypeScript module for `node --import tsx` (in a package of type `module`: cells may await). Text
 * cells become comments; magics (`%reload`, `!ls`), cells tagged `raises-exception` and `skip-execution` are commented
 * out, and of `%time f()` the statement stays; relative imports are rewritten for the script's folder, and what an
 * earlier cell has imported is not imported again.
 */
export function toScript(notebook: Notebook, options: ScriptOptions): Script {
  const warnings: string[] = [];
  const declared = new Map<string, number>();
  const imports = new ImportsOnce();
  const parts = notebook.cells.flatMap((cell, i) => {
    if (cell.source.trim() === "") return [];
    if (cell.cell_type !== "code") return [commented(cell.source)];
    const off = ["raises-exception", "skip-execution"].find((tag) => hasTag(cell, tag));
    if (off !== undefined) return [commented(`Cell ${i + 1} is tagged ${off}:\n${cell.source}`)];
    const source = withoutMagics(cell.source);
    const file = parse(imports.next(parse(source)));
    for (const name of declarations(file)) {
      const first = declared.get(name);
      if (first !== undefined)
        warnings.push(`cell ${i + 1} declares ${name} again (cell ${first} did): a module cannot; rename one.`);
      else declared.set(name, i + 1);
    }
    const text = moveImports(file, options).trim();
    return text === "" ? [] : [text];
  });
  return { text: `${parts.join("\n\n")}\n`, warnings };
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("cell.tsx", source, ts.ScriptTarget.Latest, true);
}

function commented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `// ${line}`.trimEnd())
    .join("\n");
}

/** A magic is a line that begins with `%` or `!` where a statement could begin; inside a template it would be text. */
function withoutMagics(source: string): string {
  const lines = source.split("\n");
  return lines
    .map((line, i) => {
      if (!/^\s*(?:%{1,2}[a-z]|!(?:[\w./~]))/i.test(line)) return line;
      if (/^\s*!/.test(line) && isExpression(line)) return line;
      if (isOpen(lines.slice(0, i).join("\n"))) return line;
      // what is timed may declare names, and may go on in the next lines
      return /^%time\s+(\S.*)$/s.exec(line)?.[1] ?? `// ${line}`;
    })
    .join("\n");
}

/** `!done && f();` is a program, `!ls -l` is not. */
function isExpression(line: string): boolean {
  const { diagnostics = [] } = ts.transpileModule(line, { reportDiagnostics: true });
  return diagnostics.length === 0 && /[;()=&|?]/.test(line);
}

/** Whether the text ends inside a template or a block comment. */
function isOpen(text: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true);
  scanner.setText(text);
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan())
    if (scanner.isUnterminated()) return true;
  return scanner.isUnterminated();
}

/** Names that a module may declare only once. */
function declarations(file: ts.SourceFile): string[] {
  const ofBinding = (name: ts.BindingName): string[] =>
    ts.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) => (ts.isBindingElement(element) ? ofBinding(element.name) : []));
  return file.statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => ofBinding(name));
    if (ts.isImportDeclaration(statement)) return importedNames(statement.importClause);
    const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    return (isNamed || ts.isEnumDeclaration(statement)) && statement.name ? [statement.name.text] : [];
  });
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  const { name, namedBindings } = clause ?? {};
  const named = namedBindings === undefined || ts.isNamespaceImport(namedBindings) ? [] : namedBindings.elements;
  const space = namedBindings !== undefined && ts.isNamespaceImport(namedBindings) ? [namedBindings.name.text] : [];
  return [...(name ? [name.text] : []), ...space, ...named.map((element) => element.name.text)];
}

function moveImports(file: ts.SourceFile, { from, to }: ScriptOptions): string {
  const found: ts.StringLiteral[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
    const given = isImport ? node.moduleSpecifier : undefined;
    if (given && ts.isStringLiteral(given)) found.push(given);
    const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const argument = isCall ? node.arguments[0] : undefined;
    if (argument && ts.isStringLiteral(argument)) found.push(argument);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.reduceRight((text, literal) => {
    if (!/^\.\.?(\/|$)/.test(literal.text)) return text;
    const path = relative(to, join(from, literal.text)).replaceAll("\\", "/");
    const moved = path.startsWith(".") || isAbsolute(path) ? path : `./${path}`;
    return text.slice(0, literal.getStart() + 1) + moved + text.slice(literal.getEnd() - 1);
  }, file.text);
}
