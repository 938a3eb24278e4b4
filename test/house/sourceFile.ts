import ts from "typescript";

/** A TypeScript file: its path from the repository's root, and its text. */
export interface SourceText {
  path: string;
  text: string;
}

/** The syntax tree of a file, with parents, so that comments and ancestors can be asked for. */
export function parse(file: SourceText): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

/** `src/track/run.ts:12`, for a complaint about a node. */
export function placeOf(source: ts.SourceFile, node: ts.Node): string {
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
}

/** Calls `visit` with every node of the tree. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
