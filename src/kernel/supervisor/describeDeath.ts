import type { CellError } from "../evaluatorMessages.ts";
import type { EvaluatorDeath } from "./evaluatorProcess.ts";

const LOST = "It was started again; its variables, functions and imports are lost. Run the cells that made them again.";

/** What to tell the reader of a notebook when the process that ran the cells is gone. */
export function describeDeath(death: EvaluatorDeath): CellError {
  const [ename, why] = reason(death);
  const evalue = `${why} ${LOST}`;
  return { ename, evalue, traceback: [`${ename}: ${why}`, LOST] };
}

function reason({ code, signal, lastWords, isGarbled }: EvaluatorDeath): [ename: string, why: string] {
  if (isGarbled)
    return [
      "ProcessKilled",
      "A cell wrote to file descriptor 3, over which the process that runs the cells speaks; the process was ended.",
    ];
  if (/heap out of memory|invalid table size|Array buffer allocation failed.*FATAL/s.test(lastWords))
    return [
      "OutOfMemory",
      "The process that runs the cells used up its memory. Give it more, for example 8 GiB: start Jupyter with NODE_OPTIONS=--max-old-space-size=8192.",
    ];
  if (signal === "SIGKILL")
    return [
      "ProcessKilled",
      "The process that runs the cells was killed (SIGKILL): somebody did, or the system had no memory left.",
    ];
  if (signal !== null)
    return ["ProcessKilled", `The process that runs the cells was ended by ${signal}, mostly a fault in native code.`];
  if (code === null) return ["ProcessFailed", "The process that runs the cells could not be started."];
  return [
    "ProcessExit",
    `The process that runs the cells ended with exit code ${code}, as after process.exit(${code}).`,
  ];
}
