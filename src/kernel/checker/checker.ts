import ts from "typescript";
import type { CheckedCell, Commitment, Completeness, Completions, Inspection, KeptCell } from "../checkerMessages.ts";
import { CellService } from "./cellService.ts";
import { completeAt } from "./completeAt.ts";
import { describeProblems } from "./describeProblems.ts";
import { flatten } from "./flatten.ts";
import { inspectAt } from "./inspectAt.ts";
import { isComplete } from "./isComplete.ts";
import { type Magics, readMagics } from "./magics.ts";
import { type ParsedCell, parseCell } from "./parseCell.ts";
import { type CheckedModule, Scope } from "./scope.ts";
import { translate } from "./translate.ts";

/** A package without types, or a JavaScript file, is `any` in a notebook: there it must run first of all. */
const UNTYPED_MODULE = 7016;
/** `let rows = [];` of an earlier cell, which TypeScript follows through one file only. */
const IMPLICIT_ANY = 7005;

/** Type checks and translates the cells of one notebook, and answers what a frontend asks about them. */
export class Checker {
  private readonly cwd: string;
  private readonly scope = new Scope();
  private readonly cells: CellService;
  private checked: { cell: number; module: CheckedModule } | undefined;
  private isStrict = true;

  /**
   * @param cwd       the notebook's folder: its imports and its tsconfig.json are found from there
   * @param registry  holds parsed files, and may already hold the standard library's
   */
  constructor(cwd: string, registry: ts.DocumentRegistry) {
    this.cwd = cwd.replaceAll("\\", "/");
    this.cells = new CellService(this.cwd, this.scope, registry);
  }

  /**
   * Checks a cell against all committed ones and translates it.
   *
   * @param isLenient its type errors are warnings, and what it says of `%check` is not obeyed
   */
  check(cell: number, code: string, isLenient = false): CheckedCell {
    const magics = readMagics(code);
    const { time, reload, check } = magics;
    const asked = { time, reload, ...(check === undefined ? {} : { check }) };
    if (!isLenient) this.isStrict = check ?? this.isStrict;
    this.checked = undefined;
    if (magics.error) return { ...magicProblem(cell, code, magics.error), magics: asked };
    const parsed = parseCell(magics.text);
    if (parsed.syntaxErrors.length > 0)
      return { ...describeProblems(cell, code, magics.text, parsed.syntaxErrors, "SyntaxError"), magics: asked };
    const { diagnostics, typeOnly, module } = this.checkTypes(parsed);
    const found =
      diagnostics.length > 0 ? describeProblems(cell, code, magics.text, diagnostics, "TypeCheckError") : undefined;
    if (found && this.isStrict && !isLenient) return { ...found, magics: asked };
    this.checked = { cell, module };
    const warning = found && { places: found.places, warning: `${found.problem.traceback.join("\n")}\n` };
    const place = { cwd: this.cwd, fileName: `cell${cell}.ts`, options: this.cells.project.options, code };
    return { ...translate(parsed, typeOnly, place), ...warning, magics: asked };
  }

  /** What the last checked cell declares is in scope from now on. */
  commit(cell: number): Commitment {
    const { checked } = this;
    this.checked = undefined;
    return checked?.cell === cell ? this.scope.commit(cell, checked.module) : { kept: null, forgotten: [] };
  }

  /** Takes over from another checker what its commits kept, in their order, and whether type errors stop a cell. */
  restore(kept: readonly KeptCell[], isStrict: boolean): void {
    this.scope.restore(kept);
    this.isStrict = isStrict;
  }

  /** Translates an expression that is evaluated beside the cells; its types are not checked. */
  expression(code: string): CheckedCell {
    const magics = { time: false, reload: false };
    const wrapped = parseCell(`(${code}\n)`);
    const parsed = wrapped.syntaxErrors.length === 0 ? wrapped : parseCell(code);
    if (parsed.syntaxErrors.length > 0) {
      const { problem } = describeProblems(0, code, code, parsed.syntaxErrors, "SyntaxError");
      return { problem: { ...problem, traceback: [`SyntaxError: ${problem.evalue}`] }, magics };
    }
    const place = { cwd: this.cwd, fileName: "expression.ts", options: this.cells.project.options, code };
    return { ...translate(parsed, new Set(), place), magics };
  }

  complete(code: string, offset: number): Completions {
    const shown = this.showForReader(code);
    return completeAt(this.cells.service, { ...shown, code, offset }, this.scope.live());
  }

  inspect(code: string, offset: number, detail: 0 | 1): Inspection {
    const shown = this.showForReader(code);
    return inspectAt(this.cells.service, { ...shown, code, offset }, detail);
  }

  isComplete(code: string): Completeness {
    const magics = readMagics(code);
    return magics.error ? { status: "invalid", indent: "" } : isComplete(magics.text);
  }

  private checkTypes(parsed: ParsedCell): {
    diagnostics: ts.Diagnostic[];
    typeOnly: Set<string>;
    module: CheckedModule;
  } {
    const { declared, exported, globalEffects, isJsx, hasImports, source } = parsed;
    const { line, needs } = this.scope.imports(parsed);
    const names = [...declared.keys()].filter((name) => !exported.has(name));
    const text = `${source.text}\n${line} export { ${names.join(", ")} };`;
    const path = this.cells.show({ text, isJsx, hasImports, globalEffects });
    const program = this.cells.program();
    const file = program.getSourceFile(path)!;
    const all = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    const diagnostics = all
      .filter(({ start = 0, length = 0, code, category }) => {
        if (start >= source.text.length || category !== ts.DiagnosticCategory.Error) return false;
        const name = text.slice(start, start + length);
        return code !== UNTYPED_MODULE && !(code === IMPLICIT_ANY && !declared.has(name));
      })
      .map((diagnostic) => this.nameAssigned(diagnostic));
    const checker = program.getTypeChecker();
    const flat = needs.length > 0 ? flatten(file, checker, declared, names) : undefined;
    const module = flat === undefined ? { text, needs } : { text: flat, needs: [] };
    return {
      diagnostics,
      typeOnly: hasImports ? typeOnlyImports(file, checker) : new Set(),
      module: { ...module, isJsx, globalEffects, declared },
    };
  }

  /** A constant of an earlier cell is an import here, but not to the reader. */
  private nameAssigned(diagnostic: ts.Diagnostic): ts.Diagnostic {
    const { messageText, file, start = 0, length = 0 } = diagnostic;
    const kind = this.scope.live().get(file?.text.slice(start, start + length) ?? "")?.kind;
    const isImport = typeof messageText === "string" && messageText.endsWith("because it is an import.");
    if (!isImport || kind === undefined || kind === "import") return diagnostic;
    const article = kind === "enum" ? "an" : "a";
    return { ...diagnostic, code: 2588, messageText: messageText.replace("an import", `${article} ${kind}`) };
  }

  /** Earlier names come in front here: what follows unfinished code would be read as part of it. */
  private showForReader(code: string): { path: string; shift: number } {
    const text = readMagics(code).text;
    const readable = text.length === code.length ? text : code;
    const parsed = parseCell(readable);
    const front = `${this.scope.imports(parsed).line}\n`;
    const { isJsx, globalEffects } = parsed;
    const path = this.cells.show({ text: front + readable, isJsx, hasImports: parsed.hasImports, globalEffects });
    return { path, shift: front.length };
  }
}

function magicProblem(cell: number, code: string, error: NonNullable<Magics["error"]>): Omit<CheckedCell, "magics"> {
  const { line, message } = error;
  const traceback = [`cell${cell}.ts:${line}:1 - error: ${message}`, "", code.split("\n")[line - 1]!, "^"];
  const problem = { ename: "SyntaxError", evalue: message, traceback };
  return { problem, places: [{ line, column: 1, message }] };
}

/** Imported names that mean no value, so that nothing is to be loaded for them. */
function typeOnlyImports(file: ts.SourceFile, checker: ts.TypeChecker): Set<string> {
  const found = new Set<string>();
  const test = (name: ts.Identifier): void => {
    const symbol = checker.getSymbolAtLocation(name);
    if (!symbol || !(symbol.flags & ts.SymbolFlags.Alias)) return;
    if (!(checker.getAliasedSymbol(symbol).flags & ts.SymbolFlags.Value)) found.add(name.text);
  };
  for (const statement of file.statements) {
    const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
    if (clause?.name) test(clause.name);
    if (clause?.namedBindings && ts.isNamedImports(clause.namedBindings))
      for (const { name } of clause.namedBindings.elements) test(name);
  }
  return found;
}
