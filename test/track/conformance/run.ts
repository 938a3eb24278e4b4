import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStore } from "../../../src/track/openStore.ts";
import { startServer } from "../../../src/track/server/startServer.ts";

// `node --import tsx --conditions=source test/track/conformance/run.ts [PYTEST ARGUMENTS]`: MLflow's Python client against
// our server on an empty store. SULAM_REFERENCE_PYTHON has mlflow and pytest. The exit code is pytest's.

const python = process.env.SULAM_REFERENCE_PYTHON ?? "python3";
const here = fileURLToPath(new URL(".", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "sulam-conformance-"));
const store = openStore({ dir });
try {
  const server = await startServer({ store, port: 0 });
  const pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", here, ...process.argv.slice(2)];
  const env = { ...process.env, MLFLOW_TEST_URI: server.url, PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(python, pytest, { env, stdio: "inherit" });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  await server.stop();
} finally {
  store.close();
  rmSync(dir, { recursive: true, force: true });
}
