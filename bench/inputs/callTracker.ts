import { SetupError } from "../../src/base/errors.ts";

/**
 * A POST to MLflow's REST API: the JSON that comes back, of the form `T` that the call has there.
 * @param call  e.g. `runs/create`
 * @throws {SetupError} when the server refuses
 */
export async function callTracker<T>(url: string, call: string, body: object): Promise<T> {
  const question = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`${url}/api/2.0/mlflow/${call}`, question);
  if (response.ok) return (await response.json()) as T;
  throw new SetupError("bench", `${call} was answered: ${await response.text()}`, "Send what the server takes.");
}
