import { fileURLToPath } from "node:url";
import { Checker } from "../../../src/kernel/supervisor/checker.ts";
import { CheckerProcess } from "../../../src/kernel/supervisor/checkerProcess.ts";
import { endGroup } from "../../../src/kernel/supervisor/endGroup.ts";
import { Evaluator } from "../../../src/kernel/supervisor/evaluator.ts";
import { EvaluatorProcess } from "../../../src/kernel/supervisor/evaluatorProcess.ts";
import { Kernel } from "../../../src/kernel/supervisor/kernel.ts";
import { watchParent } from "../../../src/kernel/supervisor/watchParent.ts";
import { readConnection } from "../../../src/kernel/wire/connection.ts";

// The real supervisor with stubs for children.

const program = (name: string): { file: string; execArgv: string[] } => ({
  file: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
  execArgv: ["--import", import.meta.resolve("tsx"), "--conditions=source"],
});
const limits = { question: 5000, check: 5000, start: 60_000 };
const kernel = new Kernel({
  connection: readConnection(process.argv[2]!),
  evaluator: (listener) => new Evaluator((told) => new EvaluatorProcess(program("stubEvaluator"), told), listener),
  checker: new Checker(() => new CheckerProcess(program("stubChecker")), process.cwd(), limits),
  ended: () => {
    endGroup();
    process.exit(0);
  },
});
watchParent(() => process.exit(1));
await kernel.listen();
