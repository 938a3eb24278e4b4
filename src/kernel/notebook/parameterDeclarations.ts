import ts from "typescript";

/** How a `parameters` cell declares its names: only those of `let` and `var` can be given another value. */
export type ParameterDeclarations = Map<string, "let" | "const">;

/** The variables that a cell declares at its top level, in order; a cell that does not parse declares what it can. */
export function parameterDeclarations(source: string): ParameterDeclarations {
  const file = ts.createSourceFile("parameters.ts", source, ts.ScriptTarget.Latest);
  const found: ParameterDeclarations = new Map();
  const add = (name: ts.BindingName, kind: "let" | "const"): void => {
    if (ts.isIdentifier(name)) found.set(name.text, kind);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name, kind);
  };
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const { declarations, flags } = statement.declarationList;
    const isConst = (flags & ts.NodeFlags.BlockScoped) !== 0 && (flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Let;
    for (const { name } of declarations) add(name, isConst ? "const" : "let");
  }
  return found;
}
