import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";

/** The frontends that such a server may have: JupyterLab, and Notebook 7. */
export type Frontend = "jupyterlab" | "notebook";

/** A frontend that serves a folder on loopback. */
export interface JupyterServer {
  /** The page of a notebook, with the token. */
  page(notebook: string): string;
  stop(): Promise<void>;
}

/** @param jupyterPath where it finds our kernelspec; nothing of the user's own settings is read */
export async function startJupyter(frontend: Frontend, folder: string, jupyterPath: string): Promise<JupyterServer> {
  const [port, token] = [await freePort(), randomUUID()];
  const home = join(folder, ".home");
  const options = [
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    `--port=${port}`,
    `--IdentityProvider.token=${token}`,
    `--ServerApp.root_dir=${folder}`,
    `--${frontend === "jupyterlab" ? "LabApp" : "JupyterNotebookApp"}.news_url=None`,
  ];
  const env = {
    ...process.env,
    HOME: home,
    JUPYTER_PATH: jupyterPath,
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: join(home, "runtime"),
  };
  const child = spawn(process.env.SULAM_REFERENCE_PYTHON!, ["-m", frontend, ...options], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const tree = frontend === "jupyterlab" ? "lab/tree" : "notebooks";
  const address = `http://127.0.0.1:${port}`;
  await answers(child, `${address}/api/status?token=${token}`);
  return {
    page: (notebook) => `${address}/${tree}/${encodeURIComponent(notebook)}?token=${token}&reset`,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve();
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
  throw new Error(`Jupyter did not answer; it said:\n${words}`);
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
