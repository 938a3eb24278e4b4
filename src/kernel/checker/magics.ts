import { isComplete } from "./isComplete.ts";

/** A cell without its magics. */
export interface Magics {
  /** TypeScript; every line stands where it stood in the cell. */
  text: string;
  time: boolean;
  reload: boolean;
  /** What `%check on|off` asked. */
  check?: boolean;
  /** The first line that asks for what there is not. */
  error?: { line: number; message: string };
}

const KNOWN = "%time [expression], %check on|off, %reload, !shell command";

/**
 * Reads the lines that are magics: at the very start of a line, where a statement may begin. So `%` and `!` within a
 * template string, a call or an unfinished expression are left alone; a negation at the start of a statement needs a
 * space or a parenthesis before or after its `!`.
 */
export function readMagics(code: string): Magics {
  const magics: Magics = { text: code, time: false, reload: false };
  if (!/^[%!][^\s(!=]/m.test(code)) return magics;
  const lines: string[] = [];
  code.split("\n").forEach((line, index) => {
    const isMagic = /^[%!][^\s(!=]/.test(line) && isStatementStart(lines.join("\n"));
    lines.push(isMagic ? translateLine(line.trimEnd(), index + 1, magics) : line);
  });
  return { ...magics, text: lines.join("\n") };
}

function isStatementStart(before: string): boolean {
  return before.trim() === "" || isComplete(before).status === "complete";
}

function translateLine(line: string, number: number, magics: Magics): string {
  if (line.startsWith("!")) return `await __sulam_shell(${JSON.stringify(line.slice(1))});`;
  const [name, ...words] = line.slice(1).split(/\s+/);
  const rest = words.join(" ");
  const fail = (message: string): string => {
    magics.error ??= { line: number, message };
    return "";
  };
  if (name === "time") {
    magics.time = true;
    return line.replace("%time", "     ");
  }
  if (name === "check") {
    if (rest !== "on" && rest !== "off") return fail(`%check takes on or off, got \`${rest}\`. Write %check off.`);
    magics.check = rest === "on";
    return "";
  }
  if (name === "reload") {
    if (rest !== "") return fail(`%reload takes nothing, got \`${rest}\`. Write %reload.`);
    magics.reload = true;
    return "";
  }
  return fail(`there is no magic %${name}. Use one of: ${KNOWN}.`);
}
