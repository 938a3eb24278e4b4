import type { MlflowServer } from "./mlflowServer.ts";
import { ServerError } from "./serverError.ts";
import type { RemoteRun } from "./wire.ts";

/** A run as the server has it, deleted or not; undefined when it has none of this id. @throws {ServerError} */
export async function remoteRun(server: MlflowServer, runId: string): Promise<RemoteRun | undefined> {
  try {
    return ((await server.get("runs/get", { run_id: runId })) as unknown as { run: RemoteRun }).run;
  } catch (error) {
    if (error instanceof ServerError && error.code === "RESOURCE_DOES_NOT_EXIST") return undefined;
    throw error;
  }
}
