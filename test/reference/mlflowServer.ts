import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { scratch } from "./python.ts";

/** A real MLflow server over an empty SQLite file, until the test is over. @returns its address */
export async function mlflowServer(t: TestContext): Promise<string> {
  const [folder, port] = [scratch(), await freePort()];
  const program = join(dirname(process.env.SULAM_REFERENCE_PYTHON!), "mlflow");
  const places = ["--backend-store-uri", `sqlite:///${folder}/mlflow.db`, "--artifacts-destination", `${folder}/files`];
  const args = ["server", "--host", "127.0.0.1", "--port", `${port}`, "--workers", "1", ...places];
  const child = spawn(program, args, { cwd: folder, stdio: "ignore", detached: true });
  t.after(() => {
    process.kill(-child.pid!, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  for (let left = 600; ; left--) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return url;
    assert.ok(left > 0 && child.exitCode === null, "MLflow's server did not start");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
