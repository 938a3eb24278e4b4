import { isOfRun } from "./isOfRun.ts";
import type { MlflowServer } from "./mlflowServer.ts";
import { parts, type RemotePair } from "./wire.ts";

/** What one call of `runs/log-batch` may hold. */
const MOST_PAIRS = 100;

/**
 * Sends params or tags of a run. The server refuses a whole part for one of them, so such a part goes again one by one.
 *
 * @param runId the run's id on the server
 * @returns those that it refuses, each with its reason, when it takes others; a server that takes none refuses the run
 * @throws {ServerError}
 */
export async function pushPairs(
  server: MlflowServer,
  runId: string,
  what: "params" | "tags",
  pairs: readonly RemotePair[],
): Promise<string[]> {
  const send = async (some: readonly RemotePair[]): Promise<void> => {
    await server.post("runs/log-batch", { run_id: runId, [what]: some });
  };
  const refused: string[] = [];
  for (const part of parts(pairs, MOST_PAIRS)) {
    try {
      await send(part);
    } catch (error) {
      if (!isOfRun(error)) throw error;
      const before = refused.length;
      for (const pair of part)
        await send([pair]).catch((reason: unknown) => {
          if (!isOfRun(reason)) throw reason;
          refused.push(`${what.slice(0, -1)} \`${pair.key}\`: ${reason.message}`);
        });
      if (part.length > 1 && refused.length - before === part.length) throw error;
    }
  }
  return refused;
}
