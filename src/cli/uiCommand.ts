import { type Command, InvalidArgumentError } from "commander";
import { openBrowser } from "./openBrowser.ts";
import type { Terminal } from "./terminal.ts";

interface UiOptions {
  port: number;
  host: string;
  store?: string;
  open: boolean;
}

/** `sulam ui`: serves the store to MLflow's clients and to the browser until it is stopped. */
export function uiCommand(sulam: Command, terminal: Terminal): void {
  sulam
    .command("ui")
    .description("serve the runs: MLflow's REST API and a page")
    .option("--port <N>", "where to listen; 0 takes any that is free", portNumber, 5000)
    .option("--host <H>", "other than this machine only: needs SULAM_UI_TOKEN in the environment", "127.0.0.1")
    .option("--store <DIR>", "folder of the store (default: SULAM_STORE, else .sulam beside package.json)")
    .option("--no-open", "do not open the page in a browser")
    .addHelpText("after", "\nExample:\n  npx sulam ui --port 5001 --no-open")
    .action(async ({ port, host, store: dir, open }: UiOptions) => {
      const [{ openStore }, { startServer }] = await Promise.all([
        import("../track/openStore.ts"),
        import("../track/server/startServer.ts"),
      ]);
      const store = openStore({ dir });
      try {
        // Listened to before the address is told: whoever reads it may stop the server at once.
        const stopped = signal();
        const token = process.env.SULAM_UI_TOKEN || undefined;
        const server = await startServer({ store, host, port, token, onBug: (error) => terminal.words(String(error)) });
        await terminal.data(`${server.url}\n`);
        if (open) openBrowser(server.url);
        await stopped;
        await server.stop();
      } finally {
        store.close();
      }
    });
}

/** The first signal stops in good order; the handlers are gone then, and a second one ends the process at once. */
function signal(): Promise<void> {
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const name of names) process.off(name, stop);
      resolve();
    };
    for (const name of names) process.on(name, stop);
  });
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
  return Number(text);
}
