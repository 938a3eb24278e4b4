import ts from "typescript";
import type { NameKind } from "../checkerMessages.ts";

/** What the checker must know of a cell before it checks it. */
export interface ParsedCell {
  source: ts.SourceFile;
  isJsx: boolean;
  syntaxErrors: readonly ts.DiagnosticWithLocation[];
  /** Names that later cells see. */
  declared: Map<string, NameKind>;
  /** Declared names that the cell itself exports, which must not be exported twice. */
  exported: Set<string>;
  /** Identifiers that may refer to names of earlier cells. */
  mentioned: Set<string>;
  /** What the cell does to the whole program (`declare global`, an import for its effect); it stays part of it then. */
  globalEffects: Set<string>;
  /** Whether it may look for files, as far as its text can tell. */
  hasImports: boolean;
}

interface Parsed extends ts.SourceFile {
  parseDiagnostics: readonly ts.DiagnosticWithLocation[];
}

/** Parses as `.ts`; as `.tsx` when only that succeeds, since `<T>x` and `<T>(x) => x` mean something else there. */
export function parseCell(code: string): ParsedCell {
  const plain = parse(code, "cell.ts");
  if (plain.parseDiagnostics.length === 0 || !/<[\w>]/.test(code)) return describe(plain, false);
  const jsx = parse(code, "cell.tsx");
  return jsx.parseDiagnostics.length === 0 ? describe(jsx, true) : describe(plain, false);
}

function parse(code: string, name: string): Parsed {
  const options: ts.CreateSourceFileOptions = {
    languageVersion: ts.ScriptTarget.ESNext,
    // A cell is always a module, also without import and export: otherwise top-level `await` would be an identifier.
    setExternalModuleIndicator: (file) => {
      (file as { externalModuleIndicator?: true }).externalModuleIndicator = true;
    },
  };
  return ts.createSourceFile(name, code, options, true) as Parsed;
}

function describe(source: Parsed, isJsx: boolean): ParsedCell {
  const cell: ParsedCell = {
    source,
    isJsx,
    syntaxErrors: source.parseDiagnostics,
    declared: new Map(),
    exported: new Set(),
    mentioned: new Set(isJsx ? ["React", "h", "Fragment"] : []),
    globalEffects: new Set(),
    hasImports: /\bimport\b/.test(source.text),
  };
  for (const statement of source.statements) readStatement(statement, cell);
  mention(source, cell.mentioned);
  findVars(source, cell.declared);
  return cell;
}

function readStatement(node: ts.Statement, cell: ParsedCell): void {
  const before = new Set(cell.declared.keys());
  readDeclaration(node, cell);
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  const has = (kind: ts.SyntaxKind): boolean => modifiers.some((modifier) => modifier.kind === kind);
  if (!has(ts.SyntaxKind.ExportKeyword) || has(ts.SyntaxKind.DefaultKeyword)) return;
  for (const name of cell.declared.keys()) if (!before.has(name)) cell.exported.add(name);
}

function readDeclaration(node: ts.Statement, { declared, globalEffects, ...rest }: ParsedCell): void {
  const add = (name: ts.Node | undefined, kind: NameKind): void => {
    // A type beside a value of the same name (an interface and its class) does not change what the name is.
    if (name && ts.isIdentifier(name) && name.text !== "" && !(kind === "type" && declared.has(name.text)))
      declared.set(name.text, kind);
  };
  if (ts.isVariableStatement(node)) {
    const { flags, declarations } = node.declarationList;
    const kind = variableKind(flags);
    if (kind !== undefined) for (const { name } of declarations) addBinding(name, kind, add);
  } else if (ts.isFunctionDeclaration(node)) add(node.name, "function");
  else if (ts.isClassDeclaration(node)) add(node.name, "class");
  else if (ts.isEnumDeclaration(node)) add(node.name, "enum");
  else if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) add(node.name, "type");
  else if (ts.isImportEqualsDeclaration(node)) add(node.name, "import");
  else if (ts.isModuleDeclaration(node)) {
    if (ts.isIdentifier(node.name) && !(node.flags & ts.NodeFlags.GlobalAugmentation)) add(node.name, "namespace");
    else for (const effect of effectsOf(node)) globalEffects.add(effect);
  } else if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    if (!clause) globalEffects.add(`import ${node.moduleSpecifier.getText(rest.source)}`);
    add(clause?.name, "import");
    const bindings = clause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name, "import");
    else for (const { name } of bindings?.elements ?? []) add(name, "import");
  }
}

/** Undefined for `using`, whose resource is gone when the cell is over: later cells must not see the name. */
function variableKind(flags: ts.NodeFlags): NameKind | undefined {
  const kind = flags & ts.NodeFlags.BlockScoped;
  if (kind === ts.NodeFlags.Using || kind === ts.NodeFlags.AwaitUsing) return undefined;
  return kind === ts.NodeFlags.Const ? "constant" : "variable";
}

function addBinding(name: ts.BindingName, kind: NameKind, add: (name: ts.Node, kind: NameKind) => void): void {
  if (ts.isIdentifier(name)) add(name, kind);
  else for (const element of name.elements) if (ts.isBindingElement(element)) addBinding(element.name, kind, add);
}

/** `declare global { interface Window {} var x }` -> `global Window`, `global x`; `declare module "m"` -> `module "m"`. */
function effectsOf(node: ts.ModuleDeclaration): string[] {
  if (ts.isStringLiteral(node.name)) return [`module ${node.name.text}`];
  const body = node.body && ts.isModuleBlock(node.body) ? node.body.statements : [];
  return [...body].flatMap((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => `global ${name.getText()}`);
    const name = (statement as { name?: ts.Node }).name;
    return name ? [`global ${name.getText()}`] : [];
  });
}

/** `var` in a block belongs to the whole cell. */
function findVars(node: ts.Node, declared: Map<string, NameKind>): void {
  if (ts.isFunctionLike(node) || ts.isModuleDeclaration(node) || ts.isClassStaticBlockDeclaration(node)) return;
  if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped))
    for (const { name } of node.declarations)
      addBinding(name, "variable", (found, kind) => {
        declared.set((found as ts.Identifier).text, kind);
      });
  ts.forEachChild(node, (child) => findVars(child, declared));
}

function mention(node: ts.Node, names: Set<string>): void {
  ts.forEachChild(node, (child) => {
    if (ts.isIdentifier(child)) {
      const isMember =
        (ts.isPropertyAccessExpression(node) && node.name === child) ||
        (ts.isQualifiedName(node) && node.right === child) ||
        (ts.isPropertyAssignment(node) && node.name === child);
      if (!isMember) names.add(child.text);
    } else mention(child, names);
  });
}
