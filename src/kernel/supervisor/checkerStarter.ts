import { CheckerProcess } from "./checkerProcess.ts";
import type { ChildProgram } from "./childProgram.ts";

/**
 * What starts the type checker, each time it is called: with `first`, until a process of it was gone before its first
 * answer, and from then on with `next`. Processes that die later, or are killed from here, say nothing against `first`.
 */
export function checkerStarter([first, next]: [first: ChildProgram, next: ChildProgram]): () => CheckerProcess {
  let program = first;
  let latest: CheckerProcess | undefined;
  return () => {
    if (latest?.hasFailedToStart) program = next;
    latest = new CheckerProcess(program);
    return latest;
  };
}
