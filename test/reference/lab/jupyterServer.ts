import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";

/** A JupyterLab that serves a folder on loopback. */
export interface JupyterLab {
  /** The page of a notebook, with the token. */
  page(notebook: string): string;
  stop(): Promise<void>;
}

/** @param jupyterPath where it finds our kernelspec; nothing of the user's own settings is read */
export async function startJupyterLab(python: string, folder: string, jupyterPath: string): Promise<JupyterLab> {
  const [port, token] = [await freePort(), randomUUID()];
  const home = join(folder, ".home");
  const options = [
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    `--port=${port}`,
    `--IdentityProvider.token=${token}`,
    `--ServerApp.root_dir=${folder}`,
    "--LabApp.news_url=None",
  ];
  const env = {
    ...process.env,
    HOME: home,
    JUPYTER_PATH: jupyterPath,
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
  };
  const child = spawn(python, ["-m", "jupyterlab", ...options], { env, stdio: ["ignore", "ignore", "pipe"] });
  const address = `http://127.0.0.1:${port}`;
  await answers(child, `${address}/api/status?token=${token}`);
  return {
    page: (notebook) => `${address}/lab/tree/${encodeURIComponent(notebook)}?token=${token}&reset`,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        // its own shutdown of kernels takes the first signal; the second needs no answer
        child.kill("SIGTERM");
      }),
  };
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  let words = "";
  let ended = false;
  child.stderr?.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-3000);
  });
  child.once("exit", () => {
    ended = true;
  });
  for (let i = 0; i < 600 && !ended; i++) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`JupyterLab did not answer; it said:\n${words}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
