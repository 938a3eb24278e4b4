import { fileURLToPath } from "node:url";
import { runInFront } from "./runInFront.mjs";
import { main } from "./setup/main.mjs";

// `npm start`: set-up, then the quickstart experiment. Further arguments go to `sulam run`.
const root = fileURLToPath(new URL("..", import.meta.url));
process.exitCode = await main([]);
if (process.exitCode === 0) {
  const args = ["bin/sulam.mjs", "run", "experiments/quickstart.yaml", ...process.argv.slice(2)];
  process.exitCode = await runInFront(process.execPath, args, { cwd: root });
}
