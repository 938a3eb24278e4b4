import type { Recorded } from "./replay.ts";
import { get, newRun, post } from "./requests.ts";

const GONE = "0".repeat(32);
const FILES = "/api/2.0/mlflow-artifacts/artifacts";
const HOME = "0/{run:files}/artifacts";

function call(name: string, method: string, path: string, text?: string): Recorded {
  return { name, method, path, text };
}

function body(name: string, text: string): Recorded {
  return call(`body: ${name}`, "POST", "/api/2.0/mlflow/experiments/create", text);
}

/** Files, bodies that are no JSON, addresses and methods that are none. */
export const ODD_ADDRESSES: readonly Recorded[] = [
  newRun("files"),
  get("files: none yet", "artifacts/list", "run_id={run:files}"),
  call("files: put one", "PUT", `${FILES}/${HOME}/a.txt`, "satu"),
  call("files: put it again", "PUT", `${FILES}/${HOME}/a.txt`, "dua"),
  call("files: put one below", "PUT", `${FILES}/${HOME}/folder/b%20c.json`, "{}"),
  call("files: put one in another script", "PUT", `${FILES}/${HOME}/${encodeURIComponent("جاوي")}.txt`, "x"),
  call("files: put an empty one", "PUT", `${FILES}/${HOME}/empty`, ""),
  call("files: put one below a file", "PUT", `${FILES}/${HOME}/a.txt/b`, "x"),
  call("files: put one that leads out", "PUT", `${FILES}/${HOME}/..%2F..%2F..%2Fx`, "x"),
  get("files: all", "artifacts/list", "run_id={run:files}"),
  get("files: those below", "artifacts/list", "run_id={run:files}&path=folder"),
  get("files: below a file", "artifacts/list", "run_id={run:files}&path=a.txt"),
  get("files: below what is not there", "artifacts/list", "run_id={run:files}&path=nowhere"),
  get("files: list above", "artifacts/list", "run_id={run:files}&path=.."),
  get("files: list from the root", "artifacts/list", "run_id={run:files}&path=%2Fetc"),
  get("files: list without a run", "artifacts/list"),
  get("files: list a run that is not there", "artifacts/list", `run_id=${GONE}`),
  call("files: list through the proxy", "GET", `${FILES}?path=${encodeURIComponent("0/")}{run:files}%2Fartifacts`),
  call("files: list nothing there", "GET", `${FILES}?path=${encodeURIComponent("0/")}{run:files}%2Fartifacts%2Fnone`),
  call("files: list above through the proxy", "GET", `${FILES}?path=..%2F..`),
  call("files: read one", "GET", `${FILES}/${HOME}/a.txt`),
  call("files: read JSON", "GET", `${FILES}/${HOME}/folder/b%20c.json`),
  call("files: read a folder", "GET", `${FILES}/${HOME}/folder`),
  call("files: read what is not there", "GET", `${FILES}/${HOME}/nowhere`),
  call("files: read what leads out", "GET", `${FILES}/${HOME}/..%2F..%2Fx`),
  call("files: take one for the page", "GET", "/get-artifact?run_id={run:files}&path=a.txt"),
  call("files: take what is not there", "GET", "/get-artifact?run_id={run:files}&path=nowhere"),
  call("files: take what leads out", "GET", "/get-artifact?run_id={run:files}&path=..%2Fx"),
  call("files: take without a path", "GET", "/get-artifact?run_id={run:files}"),
  call("files: delete one", "DELETE", `${FILES}/${HOME}/a.txt`),
  call("files: delete it again", "DELETE", `${FILES}/${HOME}/a.txt`),
  call("files: delete a folder", "DELETE", `${FILES}/${HOME}/folder`),
  get("files: what is left", "artifacts/list", "run_id={run:files}"),

  body("nothing", ""),
  body("no JSON", "{broken"),
  body("a list", "[]"),
  body("a text", '"x"'),
  body("a number", "5"),
  body("null", "null"),
  body("cut off", '{"name": "cut off'),
  body("a mark of byte order", '\ufeff{"name": "bom"}'),
  body("a field twice", '{"name": "first name", "name": "second name"}'),
  { ...body("under another type", '{"name": "as text"}'), type: "text/plain" },
  body("with more behind it", '{"name": "more"} x'),
  body("a name with half a letter", '{"name": "\\ud800"}'),

  call("GET what is POST", "GET", "/api/2.0/mlflow/runs/create"),
  call("POST what is GET", "POST", "/api/2.0/mlflow/runs/get", "{}"),
  call("PUT what is POST", "PUT", "/api/2.0/mlflow/runs/create", "{}"),
  call("DELETE what is POST", "DELETE", "/api/2.0/mlflow/runs/delete"),
  call("an endpoint that is none", "POST", "/api/2.0/mlflow/runs/nowhere", "{}"),
  call("an endpoint of old", "GET", "/api/2.0/mlflow/experiments/list"),
  call("a slash at the end", "GET", "/api/2.0/mlflow/experiments/get/?experiment_id=0"),
  call("the page's prefix", "GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0"),
  call("a prefix that is none", "GET", "/api/9.0/mlflow/experiments/get?experiment_id=0"),
  call("a parameter twice", "GET", "/api/2.0/mlflow/experiments/get?experiment_id=0&experiment_id=1"),
  call("the version", "GET", "/version"),
  call("the health", "GET", "/health"),

  post("models: log one", "runs/log-model", { run_id: "{run:files}", model_json: "{}" }),
  post("models: find logged ones", "logged-models/search", { experiment_ids: ["0"] }),
  get("models: find registered ones", "registered-models/search", "max_results=10"),
  get("models: find versions", "model-versions/search", "max_results=10"),
  post("models: register one", "registered-models/create", { name: "m" }),
];
