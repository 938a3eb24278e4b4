import { join } from "node:path";

/**
 * Makes `__dirname` and `__filename` of user code work as `import.meta` does in a cell: the notebook's folder, and there
 * a file of the cell's name. Only for code of cells: modules must go on seeing that there is no such global, since many
 * tell by `typeof __dirname` whether they are CommonJS.
 *
 * @param folder   the notebook's
 * @param isCell   whether a script of this name is a cell
 */
export function exposeCellPaths(folder: string, isCell: (fileName: string) => boolean): void {
  const values: Record<string, (cell: string) => string> = {
    __dirname: () => folder,
    __filename: (cell) => join(folder, cell),
  };
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: false,
      get: () => {
        const script = callingScript();
        return script !== undefined && isCell(script) ? value(script) : undefined;
      },
      set: (assigned: unknown) => {
        Object.defineProperty(globalThis, name, { value: assigned, configurable: true, writable: true });
      },
    });
}

/** The script of the code that reads the property. */
function callingScript(): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    // this function, the getter, and who reads it
    Error.stackTraceLimit = 3;
    Error.prepareStackTrace = (_, frames) => frames;
    const frames = new Error().stack as unknown as NodeJS.CallSite[];
    return frames[2]?.getScriptNameOrSourceURL() ?? undefined;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
