import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../base/hash.ts";
import { codeLiteral } from "./codeLiteral.ts";
import { type Cell, type CodeCell, hasTag, type Notebook } from "./notebook.ts";
import { type ParameterDeclarations, parameterDeclarations } from "./parameterDeclarations.ts";

/** Name to value; values as JSON has them, and NaN and the infinities. */
export type Parameters = Record<string, unknown>;

/** What `injectParameters` needs beside notebook and parameters. */
export interface InjectOptions {
  /** The notebook's file, for errors. */
  who: string;
  /** The name that a mistyped one was probably meant to be. */
  nearest?: (name: string, known: Iterable<string>) => string | undefined;
  /** Hears one line when no cell is tagged. */
  warn?: (line: string) => void;
}

/**
 * Puts a cell tagged `injected-parameters` after the one tagged `parameters`, as papermill does; an earlier injected
 * cell is replaced; with neither, the cell comes first. It assigns (`k = 5;` after `let k: number = 10`), so that a
 * value of a wrong type is a type error at the parameter's name. Without a tagged cell there is nothing to assign to,
 * and it declares (`let k = 5;`).
 *
 * @throws {InputError} a parameter that the tagged cell does not declare, declares `const`, or that is no name
 * @see https://papermill.readthedocs.io/en/latest/usage-parameterize.html
 */
export function injectParameters(notebook: Notebook, parameters: Parameters, options: InjectOptions): Notebook {
  const { who, warn } = options;
  const tagged = notebook.cells.findIndex((cell) => hasTag(cell, "parameters"));
  const injected = notebook.cells.findIndex((cell) => hasTag(cell, "injected-parameters"));
  if (tagged >= 0) checkNames(parameters, parameterDeclarations(notebook.cells[tagged].source), options);
  else {
    for (const name of Object.keys(parameters))
      if (!/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name))
        throw new InputError(who, `the parameter ${name} is not a name that code could use`, "Give another name.");
    warn?.(`${who}: no cell is tagged \`parameters\`, so the parameters are declared in a first cell.`);
  }
  const keyword = tagged >= 0 ? "" : "let ";
  const lines = Object.entries(parameters).map(([name, value]) => `${keyword}${name} = ${codeLiteral(value)};`);
  const cell: CodeCell = {
    id: freeId(notebook.cells, injected),
    cell_type: "code",
    metadata: { tags: ["injected-parameters"] },
    source: ["// Parameters", ...lines].join("\n"),
    execution_count: null,
    outputs: [],
  };
  const at = injected >= 0 ? injected : tagged + 1;
  return { ...notebook, cells: notebook.cells.toSpliced(at, injected >= 0 ? 1 : 0, cell) };
}

function checkNames(parameters: Parameters, declared: ParameterDeclarations, { who, nearest }: InjectOptions): void {
  for (const name of Object.keys(parameters)) {
    const kind = declared.get(name);
    if (kind === "const")
      throw new InputError(
        who,
        `the parameter ${name} is declared with \`const\``,
        `Write \`let ${name}\` in the tagged cell.`,
      );
    if (kind === "let") continue;
    const near = nearest?.(name, declared.keys());
    const known = declared.size === 0 ? "it declares none" : `it declares ${[...declared.keys()].join(", ")}`;
    throw new InputError(
      who,
      `the cell tagged \`parameters\` has no ${name}; ${known}`,
      near ? `Did you mean ${near}?` : "Declare it there with `let`.",
    );
  }
}

/** The replaced cell's own id, else one that depends on nothing but the ids that are taken. */
function freeId(cells: readonly Cell[], replaced: number): string {
  if (replaced >= 0) return cells[replaced].id;
  const taken = new Set(cells.map(({ id }) => id));
  for (let salt = 0; ; salt++) {
    const id = sha256(`injected-parameters ${salt}`).slice(0, 8);
    if (!taken.has(id)) return id;
  }
}
