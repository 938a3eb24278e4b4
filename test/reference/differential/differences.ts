/** Lines of `differ` that may stand in the difference of any answer, and why that is meant so. */
export const EVERYWHERE: readonly { differs: RegExp; reason: string }[] = [
  {
    differs: /^content[\w.[\]]*: ours a list of 0, MLflow nothing$/,
    reason: "In protobuf's JSON an empty list may be left out; here it stands, for clients that read plain JSON.",
  },
  {
    differs: /^content[\w.[\]]*\.outputs: ours {}, MLflow nothing$/,
    reason: "In protobuf's JSON an empty message may be left out; MLflow does so for new runs.",
  },
  {
    differs: /^content[\w.[\]]*\.file_size: ours 0, MLflow nothing$/,
    reason: "In protobuf's JSON a 0 may be left out.",
  },
  {
    differs: /^content[\w.[\]]*\.workspace: ours nothing, MLflow "default"$/,
    reason: "There are no workspaces here.",
  },
  {
    differs: /^content: ours "[A-Z_]+", MLflow "no error_code"$/,
    reason: "Where MLflow refuses with a page of HTML or a detail without a code, here every refusal has one.",
  },
];

/** What else differs, by request. A request whose answers are alike must not stand here. */
export interface Difference {
  reason: string;
  /** Where one server refuses what the other takes: the words of docs/tracker.md that tell of it. */
  told?: string;
  requests: Readonly<Record<string, readonly string[]>>;
}

/** What else differs, each with its reason. */
export const DIFFERENCES: readonly Difference[] = [
  {
    reason: "Model registry, logged models, workspaces and their like are not here; clients take a 404 for that.",
    told: "the model registry and logged models (404)",
    requests: {
      "session 79": ["ours 404 ENDPOINT_NOT_FOUND, MLflow 200"],
      "session 87": ["ours 404 ENDPOINT_NOT_FOUND, MLflow 200"],
      "models: log one": ["ours 404 ENDPOINT_NOT_FOUND, MLflow 400 INVALID_PARAMETER_VALUE"],
      "models: find registered ones": ["ours 404 ENDPOINT_NOT_FOUND, MLflow 200"],
      "models: find versions": ["ours 404 ENDPOINT_NOT_FOUND, MLflow 200"],
      "models: register one": ["ours 404 ENDPOINT_NOT_FOUND, MLflow 200"],
    },
  },
  {
    reason:
      "Whatever a file says it is, a browser must save it and not show it: it might be a page that acts in this server's name.",
    requests: {
      "session 80": ['type: ours "application/octet-stream", MLflow "text/plain"'],
      "files: read one": ['type: ours "application/octet-stream", MLflow "text/plain"'],
      "files: read JSON": ['type: ours "application/octet-stream", MLflow "text/plain"'],
      "files: take one for the page": ['type: ours "application/octet-stream", MLflow "text/plain"'],
    },
  },
  {
    reason:
      "MLflow's database refuses the second row, and the answer blames the experiment's name; here the last value counts, as in runs.",
    told: "a tag twice",
    requests: {
      "create with a tag twice": ["ours 200, MLflow 400 RESOURCE_ALREADY_EXISTS"],
    },
  },
  {
    reason:
      "Files must not leave the store's folder, and a query would be cut off from the address of each run's files.",
    told: "an experiment's location that leads out or has a query",
    requests: {
      "create with a location that leads out": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "create with a location that has a query": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason: "The words of MLflow's SQL database: the code that `experiments/create` gives for it says what is wrong.",
    requests: {
      "rename to a taken name": ['content: ours "RESOURCE_ALREADY_EXISTS", MLflow "BAD_REQUEST"'],
    },
  },
  {
    reason: "MLflow answers 500 where the client is wrong, and clients try a 500 again.",
    requests: {
      "metric: a list": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 500 no error_code"],
      "batch: a point that is a number": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 500 no error_code"],
      "files: put one below a file": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 500 no error_code"],
      "body: a list": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 500 no error_code"],
      "body: a text": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 500 no error_code"],
      "body: a number": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 500 no error_code"],
    },
  },
  {
    reason:
      "MLflow answers 500 to this one change of what is deleted; the code is the one that it gives to all others, as for a tag of a deleted experiment or a new run in it.",
    requests: {
      "rename a deleted experiment": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 500 INVALID_STATE"],
    },
  },
  {
    reason: "Experiment 0 is the default, which MLflow's SQL database refuses by a foreign key.",
    told: "a run without an experiment, which goes into experiment 0",
    requests: {
      "a run with nothing said": ["ours 200, MLflow 400 BAD_REQUEST"],
    },
  },
  {
    reason: "The fraction would be cut off without a word.",
    told: "fractional steps, times and counts",
    requests: {
      "a run whose start is a fraction": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "metric: a fractional step": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "metric: a fractional time": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "max_results 1.5": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason: "A boolean is no measurement.",
    told: "boolean metric values",
    requests: {
      "metric: a boolean": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason: "MLflow reads a tag that does not fit as if it were not there, or stores it under an empty name.",
    told: "tags that are text or have no key",
    requests: {
      "a run with a tag that is text": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "a run with a tag without a key": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "data: a tag without a key": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason: "MLflow stores an empty text in its place, and what was used cannot be found again.",
    told: "data sets without a name, digest, source or source type",
    requests: {
      "data: no dataset": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "data: no name": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "data: no digest": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "data: no source": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "data: no source_type": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason:
      "MLflow reads a number where a text belongs as if nothing were there: it finds no run, or sends the first page again.",
    told: "numbers for the experiments or the page token of a search",
    requests: {
      "experiments that are numbers": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "a page token that is a number": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason: "MLflow takes an unknown word for none, and the change or the choice is lost without a word.",
    told: "unknown words for a status or a view",
    requests: {
      "update to an unknown word": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      'view "active_only"': ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      'view "SOME"': ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "view 9": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "experiments: a view that is none": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason:
      "MLflow passes over a word for a count and sends all points; to a count of 0 it sends none, as if there were none.",
    told: "counts of points that are a word or 0",
    requests: {
      "curve: max_results x": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "bulk: max_results 0": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason:
      "MLflow stores a bare NaN, which is no JSON, as 0 at time 0, and infinities as the largest numbers; here both stay what they were.",
    requests: {
      "the run with its names and values": [
        'content.run.data.metrics[2].value: ours "NaN", MLflow 0',
        "content.run.data.metrics[2].timestamp: ours 1, MLflow 0",
        'content.run.data.metrics[14].value: ours "Infinity", MLflow 1.7976931348623157e+308',
        'content.run.data.metrics[16].value: ours "Infinity", MLflow 1.7976931348623157e+308',
        'content.run.data.metrics[17].value: ours "NaN", MLflow 0',
        "content.run.data.metrics[17].timestamp: ours 1700000000000, MLflow 0",
      ],
    },
  },
  {
    reason: "In protobuf's JSON null stands for what is absent; MLflow's check of its own fails on it.",
    told: "null for a list or a count",
    requests: {
      "batch: points that are null": ["ours 200, MLflow 500 no error_code"],
      "max_results null": ["ours 200, MLflow 500 no error_code"],
    },
  },
  {
    reason: "A use of a data set that is told in a second call is kept, MLflow loses it.",
    requests: {
      "the run with its data": ["content.run.inputs.dataset_inputs[0].tags: ours a list of 1, MLflow nothing"],
      "data: what an experiment used": ['content.dataset_summaries[0].context: ours "training", MLflow nothing'],
    },
  },
  {
    reason: "A list of words is understood for every attribute.",
    told: "`IN` for every attribute",
    requests: {
      "filter status IN ('FINISHED', 'FAILED')": ["ours 200, MLflow 400 INVALID_PARAMETER_VALUE"],
      "experiments: filter name IN ('search')": ["ours 200, MLflow 400 INVALID_PARAMETER_VALUE"],
    },
  },
  {
    reason: "No number of results is MLflow's own client's 1,000.",
    told: "a search for experiments without `max_results`",
    requests: {
      "experiments: no max_results": ["ours 200, MLflow 400 INVALID_PARAMETER_VALUE"],
    },
  },
  {
    reason: "Half a filter is a mistake, which MLflow's parser passes over.",
    told: "half a filter",
    requests: {
      "filter metrics.loss < 1 and": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "filter and metrics.loss < 1": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
      "filter params. = 'x'": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason:
      "Who asks for a run that is not there is told so; MLflow's file store does, its SQL store shows an empty curve.",
    told: "curves of runs that are not there (404)",
    requests: {
      "curve: a run that is not there": ["ours 404 RESOURCE_DOES_NOT_EXIST, MLflow 200"],
      "bulk: a run that is not there": ["ours 404 RESOURCE_DOES_NOT_EXIST, MLflow 200"],
      "cut: a run that is not there": ["ours 404 RESOURCE_DOES_NOT_EXIST, MLflow 200"],
    },
  },
  {
    reason: "A folder is no file to be read, so no file is there; MLflow's answer has no code.",
    requests: {
      "files: read a folder": ["ours 404 RESOURCE_DOES_NOT_EXIST, MLflow 400 no error_code"],
    },
  },
  {
    reason: "Which of the two is meant cannot be told.",
    told: "a parameter sent twice",
    requests: {
      "a parameter twice": ["ours 400 INVALID_PARAMETER_VALUE, MLflow 200"],
    },
  },
  {
    reason: "The version is no page.",
    requests: {
      "the version": ['type: ours "text/plain", MLflow "text/html"'],
    },
  },
];
