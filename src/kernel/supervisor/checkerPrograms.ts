import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { snapshotPath } from "../checker/snapshotPath.ts";
import { type ChildProgram, childProgram } from "./childProgram.ts";

/**
 * The type checker's program, and the one to take when the first fails to start. The first uses set-up's start-up
 * snapshot where there is one, and answers seconds sooner; V8 may refuse it.
 */
export function checkerPrograms(): [first: ChildProgram, next: ChildProgram] {
  const plain = childProgram("checker");
  if (plain.execArgv.length > 0) return [plain, plain];
  const blob = snapshotPath(fileURLToPath(new URL("../../..", import.meta.url)).replace(/[/\\]$/, ""));
  if (!existsSync(blob)) return [plain, plain];
  // V8 takes a snapshot only with the options that it was built with
  const env = { ...process.env, NODE_OPTIONS: "" };
  return [{ ...plain, execArgv: ["--snapshot-blob", blob], env }, plain];
}
