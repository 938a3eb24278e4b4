import { InputError } from "../base/errors.ts";
import type { Experiment } from "../config/experiment.ts";
import { parseExperiment } from "../config/parseExperiment.ts";
import { openStore } from "../track/openStore.ts";

/** The artifact in which a run keeps its experiment, every default filled in. */
export const EXPERIMENT_FILE = "experiment.json";

/**
 * The experiment of a run that was stopped or died, to go on with it.
 *
 * @param idOrPrefix the run
 * @throws {InputError} when the run is finished, goes on at present, or is not one of `runExperiment`
 * @throws {TrackError} an unknown run
 */
export function experimentOfRun(idOrPrefix: string, storeDir?: string): { experiment: Experiment; runId: string } {
  const store = openStore({ dir: storeDir });
  try {
    const { runId, status } = store.run(idOrPrefix);
    const who = `run ${runId.slice(0, 8)}`;
    if (status === "FINISHED")
      throw new InputError(who, "is finished", `Look at it: npx sulam runs show ${idOrPrefix}`);
    if (!store.artifacts(runId).some(({ path }) => path === EXPERIMENT_FILE))
      throw new InputError(who, "keeps no experiment", "Only runs of `sulam run` can go on.");
    // JSON is YAML, and a resolved experiment is an experiment
    const text = Buffer.from(store.readArtifact(runId, EXPERIMENT_FILE)).toString("utf8");
    return { experiment: parseExperiment(text, { who: `${who}/${EXPERIMENT_FILE}` }), runId };
  } finally {
    store.close();
  }
}
