/** Tasks beside retrieval: a file of rows each. */
export const TASK_NAMES = ["sts", "triplets", "reranking", "bitext"] as const;

/** One of `TASK_NAMES`. */
export type TaskName = (typeof TASK_NAMES)[number];
