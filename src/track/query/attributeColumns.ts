/** The attributes of runs, as SQL over `runs r`. */
export const RUN_COLUMNS: Readonly<Record<string, string>> = {
  run_id: "r.run_id",
  run_name: "r.name",
  status: "r.status",
  user_id: "r.user_id",
  artifact_uri: "r.artifact_uri",
  start_time: "r.start_time",
  end_time: "r.end_time",
};

/** The attributes of experiments, as SQL over `experiments e`. */
export const EXPERIMENT_COLUMNS: Readonly<Record<string, string>> = {
  name: "e.name",
  experiment_id: "CAST(e.experiment AS TEXT)",
  creation_time: "e.creation_time",
  last_update_time: "e.last_update_time",
};
