import type { Store } from "../store.ts";
import type { Calls } from "./calls.ts";
import type { Fields } from "./fields.ts";
import { MlflowFault } from "./mlflowFault.ts";
import { stageOf } from "./stageOf.ts";
import { experimentJson } from "./wire.ts";

/** How many experiments one question about data sets may name, as in MLflow. */
const EXPERIMENTS_LIMIT = 20;

/** MLflow's endpoints of experiments. */
export const experimentCalls: Calls = {
  "POST experiments/create": (store, fields) => {
    const tags = Object.fromEntries(fields.pairs("tags").map(({ key, value }) => [key, value]));
    const location = fields.optionalText("artifact_location") || undefined;
    return { experiment_id: store.experiments.create(fields.text("name"), tags, location) };
  },

  "GET experiments/get": (store, fields) => {
    return { experiment: experimentJson(store.experiments.get(fields.text("experiment_id"))) };
  },

  "GET experiments/get-by-name": (store, fields) => {
    const name = fields.text("experiment_name");
    const found = store.experiments.byName(name);
    if (found === undefined) throw MlflowFault.missing(`Could not find experiment with name '${name}'`);
    return { experiment: experimentJson(found) };
  },

  "POST experiments/search": search,
  "GET experiments/search": search,

  "POST experiments/update": (store, fields) => {
    store.experiments.rename(fields.text("experiment_id"), fields.text("new_name"));
    return {};
  },

  "POST experiments/delete": (store, fields) => {
    const id = fields.text("experiment_id");
    if (store.experiments.get(id).lifecycleStage === "deleted")
      throw MlflowFault.missing(`No active experiment with id=${id} exists`);
    store.experiments.delete(id);
    return {};
  },

  "POST experiments/restore": (store, fields) => {
    store.experiments.restore(fields.text("experiment_id"));
    return {};
  },

  "POST experiments/set-experiment-tag": (store, fields) => {
    store.experiments.setTag(fields.text("experiment_id"), fields.text("key"), fields.anyText("value"));
    return {};
  },

  "POST experiments/delete-experiment-tag": (store, fields) => {
    store.experiments.deleteTag(fields.text("experiment_id"), fields.text("key"));
    return {};
  },

  "POST experiments/search-datasets": (store, fields) => {
    const ids = fields.texts("experiment_ids");
    if (ids.length === 0) throw fields.missing("experiment_ids");
    if (ids.length > EXPERIMENTS_LIMIT)
      throw MlflowFault.invalid(`experiment_ids may hold at most ${EXPERIMENTS_LIMIT}, got ${ids.length}.`);
    const sql = `SELECT DISTINCT CAST(d.experiment AS TEXT) AS experiment_id, d.name, d.digest, t.value AS context
      FROM datasets d LEFT JOIN inputs i USING(dataset)
        LEFT JOIN input_tags t ON t.run = i.run AND t.dataset = d.dataset AND t.key = 'mlflow.data.context'
      WHERE CAST(d.experiment AS TEXT) IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3, 4 LIMIT 1000`;
    const found = store.parts.db.all<Record<string, string | null>>(sql, JSON.stringify(ids));
    return {
      dataset_summaries: found.map(({ context, ...rest }) => ({ ...rest, ...(context !== null && { context }) })),
    };
  },
};

function search(store: Store, fields: Fields): object {
  const { experiments, nextPageToken } = store.searchExperiments({
    filter: fields.anyText("filter"),
    orderBy: fields.texts("order_by"),
    stage: stageOf(fields, "view_type"),
    maxResults: fields.optionalInteger("max_results"),
    pageToken: fields.optionalText("page_token"),
  });
  return {
    experiments: experiments.map(experimentJson),
    ...(nextPageToken !== undefined && { next_page_token: nextPageToken }),
  };
}
