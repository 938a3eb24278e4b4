import type { MlflowServer } from "./mlflowServer.ts";
import { pagesOf } from "./pagesOf.ts";
import type { RemotePoint } from "./wire.ts";

/** The most that MLflow gives at once. */
const MOST_POINTS = "25000";

/** Every point of a curve on the server, a page at a time. */
export async function* remoteHistory(server: MlflowServer, runId: string, key: string): AsyncGenerator<RemotePoint[]> {
  const asked = { run_id: runId, metric_key: key, max_results: MOST_POINTS };
  const pages = pagesOf<{ metrics?: RemotePoint[] }>((next) =>
    server.get("metrics/get-history", { ...asked, ...next }),
  );
  for await (const { metrics = [] } of pages) yield metrics;
}
