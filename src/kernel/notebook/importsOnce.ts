import ts from "typescript";

/**
 * The statements of a notebook's cells for one script, which may import a name once only: a binding is left out when an
 * earlier cell imported the same name as the same export of the same module, and so is an import of which nothing is
 * left. One for its effect alone stays, and so does another import under a known name.
 */
export class ImportsOnce {
  readonly #known = new Map<string, string>();

  /** The text of the next cell, without what earlier ones have imported. */
  next(file: ts.SourceFile): string {
    const imports = file.statements.filter(ts.isImportDeclaration);
    return imports.reduceRight((text, node) => {
      const shorter = this.#shorten(node);
      return shorter === undefined ? text : text.slice(0, node.getStart()) + shorter + text.slice(node.getEnd());
    }, file.text);
  }

  /** The import's new text; undefined when nothing of it is repeated. */
  #shorten(node: ts.ImportDeclaration): string | undefined {
    const { importClause: clause, moduleSpecifier, attributes } = node;
    if (clause === undefined) return undefined;
    const from = `${moduleSpecifier.getText()} ${attributes?.getText() ?? ""}`;
    const isNew = (name: ts.Identifier, exported: string, isType: boolean): boolean => {
      const value = `${exported} ${from}`;
      const key = isType ? `type ${value}` : value;
      const known = this.#known.get(name.text);
      if (known === undefined) this.#known.set(name.text, key);
      // what is imported as a value is there as a type too
      return known !== key && known !== value;
    };
    const isTypeClause = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
    const { name, namedBindings } = clause;
    const parts: string[] = [];
    let all = 0;
    const add = (text: string, isKept: boolean): void => {
      all++;
      if (isKept) parts.push(text);
    };
    if (name) add(name.text, isNew(name, "default", isTypeClause));
    if (namedBindings && ts.isNamespaceImport(namedBindings))
      add(namedBindings.getText(), isNew(namedBindings.name, "*", isTypeClause));
    else if (namedBindings) {
      const kept = namedBindings.elements.filter((one) =>
        isNew(one.name, (one.propertyName ?? one.name).text, isTypeClause || one.isTypeOnly),
      );
      const isWhole = kept.length === namedBindings.elements.length;
      add(
        isWhole ? namedBindings.getText() : `{ ${kept.map((one) => one.getText()).join(", ")} }`,
        kept.length > 0 || isWhole,
      );
      if (!isWhole) all++;
    }
    if (parts.length === all) return undefined;
    if (parts.length === 0) return "";
    const front = isTypeClause ? "import type" : "import";
    const end = attributes ? ` ${attributes.getText()}` : "";
    return `${front} ${parts.join(", ")} from ${moduleSpecifier.getText()}${end};`;
  }
}
