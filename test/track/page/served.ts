import type { TestContext } from "node:test";
import { startServer } from "../../../src/track/server/startServer.ts";
import type { Store } from "../../../src/track/store.ts";

/** Serves a store at a free port until the test is over. @returns the address, and what was no fault of the caller */
export async function served(t: TestContext, store: Store): Promise<{ url: string; bugs: unknown[] }> {
  const bugs: unknown[] = [];
  const server = await startServer({ store, port: 0, onBug: (error) => bugs.push(error) });
  t.after(() => server.stop(0));
  return { url: server.url, bugs };
}
