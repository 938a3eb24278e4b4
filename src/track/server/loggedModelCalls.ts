import type { Calls } from "./calls.ts";

/** MLflow's client looks for logged models whenever it lists a run's files. There are none here: a model is a file. */
export const loggedModelCalls: Calls = {
  "POST logged-models/search": () => ({ models: [] }),
};
