import { SetupError } from "../../src/base/errors.ts";

/**
 * A POST to MLflow's REST API: the JSON that comes back, whose form the server's tests know.
 * @param call  e.g. `runs/create`
 * @throws {SetupError} when the server refuses
 */
export async function callTracker(url: string, call: string, body: object): Promise<ReturnType<typeof JSON.parse>> {
  const question = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`${url}/api/2.0/mlflow/${call}`, question);
  if (response.ok) return response.json();
  throw new SetupError("bench", `${call} was answered: ${await response.text()}`, "Send what the server takes.");
}
