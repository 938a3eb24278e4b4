import ts from "typescript";
import type { NameKind } from "../checkerMessages.ts";

const FORMAT: ts.NodeBuilderFlags =
  ts.NodeBuilderFlags.NoTruncation | ts.NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope;

/**
 * The module of a cell whose variables have plain types, without its code: `export declare const x: number;`. A chain of
 * cells that each compute from the one before would else come into the program whole with the last.
 *
 * @param file  the cell's module, checked
 * @returns undefined when the cell declares anything else
 */
export function flatten(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  declared: ReadonlyMap<string, NameKind>,
  names: readonly string[],
): string | undefined {
  if (names.length < declared.size) return undefined;
  const module = checker.getSymbolAtLocation(file);
  const symbols = new Map((module ? checker.getExportsOfModule(module) : []).map((one) => [one.name, one]));
  const lines: string[] = [];
  for (const [name, kind] of declared) {
    const exported = symbols.get(name);
    if ((kind !== "constant" && kind !== "variable") || !exported) return undefined;
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const type = checker.getTypeOfSymbol(symbol);
    if (!isPlain(type, checker, 0)) return undefined;
    const comment = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll("*/", "* /");
    const doc = comment === "" ? "" : `/** ${comment} */ `;
    lines.push(`${doc}export declare ${kind === "constant" ? "const" : "let"} ${name}: ${text(type, checker)};`);
  }
  return `${lines.join("\n")}\nexport {};`;
}

function text(type: ts.Type, checker: ts.TypeChecker): string {
  return checker.typeToString(type, undefined, FORMAT as number as ts.TypeFormatFlags);
}

/** A type that needs no name but those of the standard library. */
function isPlain(type: ts.Type, checker: ts.TypeChecker, depth: number): boolean {
  if (depth > 4 || type.flags & (ts.TypeFlags.EnumLike | ts.TypeFlags.UniqueESSymbol)) return false;
  const primitive =
    ts.TypeFlags.StringLike |
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.Null |
    ts.TypeFlags.Undefined |
    ts.TypeFlags.Void |
    ts.TypeFlags.Unknown;
  if (type.flags & primitive) return !(type.flags & ts.TypeFlags.TemplateLiteral);
  if (type.isUnion()) return type.types.every((one) => isPlain(one, checker, depth + 1));
  const isReference =
    type.flags & ts.TypeFlags.Object && (type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference;
  if (!isReference || checker.isTupleType(type)) return false;
  const declarations = type.symbol?.declarations ?? [];
  const isStandard = declarations.length > 0 && declarations.every((one) => ts.isSourceFile(one.parent) && isLib(one));
  return (
    isStandard && checker.getTypeArguments(type as ts.TypeReference).every((one) => isPlain(one, checker, depth + 1))
  );
}

function isLib(node: ts.Declaration): boolean {
  return /[\\/]typescript[\\/]lib[\\/]lib\.[^\\/]*$/.test(node.getSourceFile().fileName);
}
