import type { TestContext } from "node:test";
import { type ServerOptions, startServer } from "../../../src/track/server/startServer.ts";
import type { Store } from "../../../src/track/store.ts";
import { scratchStore } from "../scratch.ts";

/** JSON of which a test knows the form: a wrong one fails where its fields are compared. */
export type Json = ReturnType<typeof JSON.parse>;

/** A server over an empty store, and how to speak with it. */
export interface Served {
  url: string;
  store: Store;
  /** POST to `/api/2.0/mlflow/PATH`: the status and the JSON. */
  post(path: string, body: unknown): Promise<{ status: number; json: Json }>;
  /** GET from there. */
  get(path: string, query?: Record<string, string | string[]>): Promise<{ status: number; json: Json }>;
  /** A new run's id. */
  run(): Promise<string>;
}

/** Serves an empty store until the test ends. */
export async function serve(t: TestContext, options: Partial<ServerOptions> = {}): Promise<Served> {
  const store = options.store ?? scratchStore(t);
  const bugs: unknown[] = [];
  const server = await startServer({ port: 0, onBug: (error) => bugs.push(error), ...options, store });
  t.after(async () => {
    await server.stop(0);
    if (bugs.length > 0) throw new Error("the server met a bug", { cause: bugs[0] });
  });
  const api = `${server.url}/api/2.0/mlflow/`;
  const answer = async (response: Response): Promise<{ status: number; json: Json }> => {
    const text = await response.text();
    return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
  };
  const post = async (path: string, body: unknown): Promise<{ status: number; json: Json }> =>
    answer(
      await fetch(api + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    );
  return {
    url: server.url,
    store,
    post,
    get: async (path, query = {}) => {
      const pairs = Object.entries(query).flatMap(([key, value]) =>
        [value].flat().map((one): [string, string] => [key, one]),
      );
      return answer(await fetch(`${api}${path}?${new URLSearchParams(pairs)}`));
    },
    run: async () => (await post("runs/create", { experiment_id: "0" })).json.run.info.run_id,
  };
}
