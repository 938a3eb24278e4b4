import { readConnection } from "../wire/connection.ts";
import { Checker } from "./checker.ts";
import { checkerPrograms } from "./checkerPrograms.ts";
import { checkerStarter } from "./checkerStarter.ts";
import { childProgram } from "./childProgram.ts";
import { endGroup } from "./endGroup.ts";
import { Evaluator } from "./evaluator.ts";
import { EvaluatorProcess } from "./evaluatorProcess.ts";
import { Kernel } from "./kernel.ts";
import { watchParent } from "./watchParent.ts";

// The kernel's first process, as the kernelspec starts it: `node main.js CONNECTION_FILE`.

// zeromq.js warns that a socket's option takes effect at the next bind; for the one that is set here libzmq obeys at once
process.removeAllListeners("warning");
// what is wrong with one message must not end the session
process.on("uncaughtException", (error) => console.error(`sulam kernel: ${error.stack}`));

try {
  const connection = readConnection(process.argv[2] ?? "");
  const evaluatorProgram = childProgram("evaluator");
  const kernel = new Kernel({
    connection,
    evaluator: (listener) => new Evaluator((told) => new EvaluatorProcess(evaluatorProgram, told), listener),
    checker: new Checker(checkerStarter(checkerPrograms()), process.cwd()),
    ended: () => {
      endGroup();
      process.exit(0);
    },
  });
  process.on("SIGINT", () => kernel.interrupt());
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => void kernel.shutdown());
  watchParent(() => void kernel.shutdown());
  await kernel.listen();
} catch (error) {
  console.error(`sulam kernel: ${(error as Error).message}`);
  process.exit(1);
}
