import { type Batch, NAME_TAG } from "../logBatch.ts";
import { cutValue } from "../names.ts";
import { searchRuns } from "../query/searchRuns.ts";
import { runData } from "../runData.ts";
import { type MlflowStatus, runRow } from "../runRow.ts";
import type { Store } from "../store.ts";
import type { Calls } from "./calls.ts";
import type { Fields } from "./fields.ts";
import { inputsOf } from "./inputsOf.ts";
import { MlflowFault } from "./mlflowFault.ts";
import { stageOf } from "./stageOf.ts";
import { wholeRun } from "./wholeRun.ts";
import { runInfoJson, runsJson } from "./wire.ts";

/** MLflow's `RunStatus`, in the order of its numbers. */
const STATUSES: readonly MlflowStatus[] = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

/** How much one batch may hold, as in MLflow. */
const LIMITS = { metrics: 1000, params: 100, tags: 100, all: 1000 } as const;

/** MLflow's endpoints of runs and of what is logged to them. */
export const runCalls: Calls = {
  "POST runs/create": (store, fields) => {
    const name = fields.optionalText("run_name") || undefined;
    const tags = tagsOf(fields);
    const named = tags[NAME_TAG];
    if (name !== undefined && named !== undefined && name !== named)
      throw MlflowFault.invalid(`'run_name' is '${name}' and the tag '${NAME_TAG}' is '${named}'. Give one of them.`);
    const made = {
      experimentId: fields.optionalText("experiment_id") || undefined,
      name,
      userId: fields.anyText("user_id"),
      startTime: fields.optionalInteger("start_time"),
      tags,
    };
    return store.atomically(() => ({ run: runJson(store, store.createRun(made)) }));
  },

  "GET runs/get": (store, fields) => {
    const { run_id } = wholeRun(store, fields.runId());
    store.markCrashed();
    return { run: runJson(store, run_id) };
  },

  "POST runs/update": (store, fields) => {
    const change = {
      status: fields.optionalWord("status", STATUSES) as MlflowStatus | undefined,
      endTime: fields.optionalInteger("end_time"),
      name: fields.optionalText("run_name") || undefined,
    };
    return store.atomically(() => {
      const { run_id } = wholeRun(store, fields.runId());
      store.updateRun(run_id, change);
      return { run_info: runInfoJson(runRow(store.parts.db, run_id)) };
    });
  },

  "POST runs/delete": (store, fields) => {
    const { run_id, lifecycle_stage } = wholeRun(store, fields.runId());
    // Deleting twice is no error in MLflow.
    if (lifecycle_stage === "active") store.deleteRun(run_id);
    return {};
  },

  "POST runs/restore": (store, fields) => {
    store.restoreRun(wholeRun(store, fields.runId()).run_id);
    return {};
  },

  "POST runs/search": (store, fields) => {
    store.markCrashed();
    const { runs, nextPageToken } = searchRuns(store.parts.db, {
      experimentIds: fields.texts("experiment_ids"),
      filter: fields.anyText("filter"),
      orderBy: fields.texts("order_by"),
      stage: stageOf(fields, "run_view_type"),
      maxResults: fields.optionalInteger("max_results"),
      pageToken: fields.optionalText("page_token"),
    });
    return { runs: runsJson(store, runs), ...(nextPageToken !== undefined && { next_page_token: nextPageToken }) };
  },

  "POST runs/log-metric": (store, fields) => log(store, fields, { metrics: [pointOf(fields)] }),

  "POST runs/log-parameter": (store, fields) => {
    const value = cutValue("param", fields.anyText("value"));
    return log(store, fields, { params: Object.fromEntries([[fields.text("key"), value]]) });
  },

  "POST runs/set-tag": (store, fields) => {
    const value = cutValue("tag", fields.anyText("value"));
    return log(store, fields, { tags: Object.fromEntries([[fields.text("key"), value]]) });
  },

  "POST runs/delete-tag": (store, fields) => {
    store.deleteTag(wholeRun(store, fields.runId()).run_id, fields.text("key"));
    return {};
  },

  "POST runs/log-batch": (store, fields) => log(store, fields, batchOf(fields)),

  "POST runs/log-inputs": (store, fields) => {
    store.logInputs(wholeRun(store, fields.runId()).run_id, inputsOf(fields));
    return {};
  },
};

function runJson(store: Store, runId: string): object {
  const { db } = store.parts;
  return db.read(() => runsJson(store, runData(db, [runRow(db, runId)]))[0]);
}

/** One transaction, also where the run is looked up: each on its own would cost SQLite's locks again. */
function log(store: Store, fields: Fields, batch: Batch): object {
  store.atomically(() => store.log(wholeRun(store, fields.runId()).run_id, batch));
  return {};
}

function batchOf(fields: Fields): Batch {
  const lists = { metrics: fields.objects("metrics"), params: fields.pairs("params"), tags: fields.pairs("tags") };
  const sizes = Object.entries(lists).map(([name, list]) => [name, list.length] as const);
  const all = sizes.reduce((sum, [, size]) => sum + size, 0);
  for (const [name, size] of [...sizes, ["all", all] as const]) {
    const limit = LIMITS[name as keyof typeof LIMITS];
    const what = name === "all" ? "metrics, params and tags" : name;
    if (size > limit)
      throw MlflowFault.invalid(`A batch may hold at most ${limit} ${what}, got ${size}. Split it into several.`);
  }
  const keys = lists.params.map(({ key }) => key);
  const twice = keys.filter((key, i) => keys.indexOf(key) !== i);
  if (twice.length > 0)
    throw MlflowFault.invalid(`Duplicate parameter keys have been submitted: ${twice.join(", ")}. Give each once.`);
  return {
    metrics: lists.metrics.map(pointOf),
    params: Object.fromEntries(lists.params.map(({ key, value }) => [key, cutValue("param", value)])),
    tags: Object.fromEntries(lists.tags.map(({ key, value }) => [key, cutValue("tag", value)])),
  };
}

function pointOf(fields: Fields): NonNullable<Batch["metrics"]>[number] {
  const timestamp = fields.integer("timestamp");
  if (timestamp < 0) throw fields.wrong("timestamp", timestamp, "It must be milliseconds since 1970.");
  const [key, value, step] = [fields.text("key"), fields.number("value"), fields.optionalInteger("step") ?? 0];
  return { key, value, step, timestamp };
}

function tagsOf(fields: Fields): Record<string, string> {
  return Object.fromEntries(fields.pairs("tags").map(({ key, value }) => [key, cutValue("tag", value)]));
}
