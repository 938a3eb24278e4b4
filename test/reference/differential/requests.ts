import type { Recorded } from "./replay.ts";

const API = "/api/2.0/mlflow/";

/** A POST of JSON to MLflow's API. */
export function post(name: string, path: string, body: unknown, keep?: Recorded["keep"]): Recorded {
  return { name, method: "POST", path: API + path, body, keep };
}

/** A GET there; the query as it stands in the address. */
export function get(name: string, path: string, query = ""): Recorded {
  return { name, method: "GET", path: `${API}${path}${query && `?${query}`}` };
}

/** A request to what MLflow serves to its page alone. */
export function asPage(request: Recorded): Recorded {
  return { ...request, path: `/ajax-${request.path.slice(1)}` };
}

/** A new run in the default experiment, known by `run:ID` afterwards. */
export function newRun(id: string, fields: object = {}): Recorded {
  const body = { experiment_id: "0", start_time: 1_700_000_000_000, user_id: "tester", run_name: id, ...fields };
  return post(`a run ${id}`, "runs/create", body, { [`run:${id}`]: "run.info.run_id" });
}

/** A new experiment, known by `experiment:ID` afterwards. */
export function newExperiment(id: string): Recorded {
  return post(`an experiment ${id}`, "experiments/create", { name: id }, { [`experiment:${id}`]: "experiment_id" });
}
