import type { StoreParts } from "../runWriter.ts";

const TAG = "sulam.curves";

/** The tag of a run of which a table told last values only: those curves are one point of step 0 at the run's end. */
export const LAST_VALUES: Readonly<Record<string, string>> = { [TAG]: "last values only" };

/** A curve of a run that is such a point and nothing else. */
const STANDS_IN = `SELECT l.key FROM latest l JOIN runs r USING(run)
  WHERE run = ? AND l.step = 0 AND l.timestamp = coalesce(r.end_time, r.start_time)
    AND (SELECT count(*) FROM (SELECT 1 FROM metrics m WHERE m.run = l.run AND m.key = l.key LIMIT 2)) = 1`;

/**
 * Removes the points that stand in for curves which now come, and the tag when none is left. Runs without the tag were
 * not told so, and keep theirs.
 * @returns how many points are gone
 */
export function dropLastValues({ db, keys }: StoreParts, runId: string, coming: ReadonlySet<string>): number {
  const sql = "SELECT run FROM runs JOIN tags USING(run) WHERE run_id = ? AND key = ?";
  const run = db.get<{ run: number }>(sql, runId, TAG)?.run;
  if (run === undefined) return 0;
  const numbers = new Set([...coming].map((key) => keys.find(key)));
  const standing = db.all<{ key: number }>(STANDS_IN, run).map(({ key }) => key);
  const gone = standing.filter((key) => numbers.has(key));
  for (const key of gone)
    for (const table of ["metrics", "latest"]) db.run(`DELETE FROM ${table} WHERE run = ? AND key = ?`, run, key);
  if (gone.length === standing.length) db.run("DELETE FROM tags WHERE run = ? AND key = ?", run, TAG);
  return gone.length;
}
