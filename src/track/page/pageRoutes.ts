import { type Context, Hono } from "hono";
import type { RunRow } from "../runRow.ts";
import { MlflowFault } from "../server/mlflowFault.ts";
import { wholeRun } from "../server/wholeRun.ts";
import { numberJson } from "../server/wire.ts";
import type { Store } from "../store.ts";
import { assetRoutes, browserModules } from "./assetRoutes.ts";
import { columnNames, listRunItems } from "./listRunItems.ts";
import { liveEvents } from "./liveEvents.ts";
import { pageShell, SHELL_POLICY } from "./pageShell.ts";
import type { ExperimentItem, RunList, RunTable, WireCurve, WireNumber } from "./pageWire.ts";
import { previewRoutes } from "./previewRoutes.ts";
import { runDetails } from "./runDetails.ts";
import { sampleCurve } from "./sampleCurve.ts";

/** Runs of one question, and points of one curve. */
const RUNS = 100;
const MOST_POINTS = 5_000;
const POINTS = 1_000;

const NEVER: AbortSignal = new AbortController().signal;

/**
 * The page in the browser: its files, and what it asks for below `/page/`. Everything here only reads; what the page
 * changes (tags, notes, names) it changes through MLflow's REST API.
 *
 * @param closing  aborted when the server stops: ends the streams of events
 */
export function pageRoutes(store: Store, closing: AbortSignal = NEVER): Hono {
  const routes = new Hono();
  const { db, now } = store.parts;

  routes.get("/", (context) => {
    context.header("content-security-policy", SHELL_POLICY);
    context.header("referrer-policy", "no-referrer");
    context.header("cache-control", "no-cache");
    return context.html(pageShell(browserModules()));
  });

  routes.get("/page/experiments", (context) => context.json(experimentItems(store)));

  routes.get("/page/columns", (context) => context.json(columnNames(db, list(context, "experiment"))));

  routes.get("/page/runs", (context) => {
    store.markCrashed();
    const columns = list(context, "column") ?? [];
    const runs = listRunItems(
      db,
      {
        experimentIds: list(context, "experiment"),
        ids: list(context, "run"),
        filter: context.req.query("filter") ?? "",
        orderBy: list(context, "order") ?? [],
        columns,
        stage: context.req.query("stage") === "deleted" ? "deleted" : "active",
      },
      now(),
    );
    return context.json({ columns, runs } satisfies RunList);
  });

  routes.get("/page/run", (context) => {
    store.markCrashed();
    return context.json(runDetails(store, wholeRun(store, context.req.query("run") ?? "")));
  });

  routes.get("/page/curves", (context) => {
    const most = whole(context, "most") ?? POINTS;
    if (most < 8 || most > MOST_POINTS) throw MlflowFault.invalid(`\`most\` must lie in 8 to ${MOST_POINTS}.`);
    const range = { from: whole(context, "from"), to: whole(context, "to") };
    const curves = runsOf(context, store).flatMap((row) =>
      (list(context, "key") ?? []).map((key) => curveOf(store, row, { key, most, ...range })),
    );
    return context.json(curves.filter((curve) => curve !== undefined));
  });

  routes.get("/page/tables", (context) => {
    const name = context.req.query("name") ?? "";
    return context.json(runsOf(context, store).map((row) => tableOf(store, row, name)));
  });

  routes.get("/page/table-names", (context) => {
    const ids = JSON.stringify(runsOf(context, store).map(({ run }) => run));
    const sql = `SELECT DISTINCT substr(path, 8, length(path) - 12) AS name FROM artifacts
      WHERE path GLOB 'tables/*.json' AND run IN (SELECT value FROM json_each(?)) ORDER BY name <> 'recall', name`;
    return context.json(db.all<{ name: string }>(sql, ids).map(({ name }) => name));
  });

  routes.get("/page/live", (context) => {
    const runs = list(context, "run") === undefined ? [] : runsOf(context, store);
    // After a break the browser says what it saw last.
    const after = Number(context.req.header("last-event-id") ?? "") || whole(context, "after");
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    return new Response(liveEvents(store, { runs, after, signal: closing }), { headers });
  });

  routes.route("/", assetRoutes());
  routes.route("/", previewRoutes(store));
  return routes;
}

function experimentItems(store: Store): ExperimentItem[] {
  const sql = `SELECT CAST(e.experiment AS TEXT) AS id, e.name, count(r.run) AS runs, max(r.start_time) AS lastStart
    FROM experiments e LEFT JOIN runs r ON r.experiment = e.experiment AND r.lifecycle_stage = 'active'
    WHERE e.lifecycle_stage = 'active' GROUP BY e.experiment ORDER BY lastStart IS NULL, lastStart DESC, e.experiment`;
  return store.parts.db.all<ExperimentItem>(sql);
}

interface CurveQuestion {
  key: string;
  most: number;
  from?: number;
  to?: number;
}

function curveOf(store: Store, row: RunRow, { key, ...options }: CurveQuestion): WireCurve | undefined {
  const number = store.parts.keys.find(key);
  if (number === undefined) return undefined;
  const { points, count } = sampleCurve(store.parts.db, row.run, number, options);
  if (count === 0) return undefined;
  return {
    run: row.run_id,
    key,
    count,
    steps: points.map(({ step }) => step),
    times: points.map(({ timestamp }) => timestamp),
    values: points.map(({ value }) => numberJson(value) as WireNumber),
  };
}

/** A table's file may be anything that somebody stored under that name. */
function tableOf(store: Store, row: RunRow, name: string): RunTable {
  try {
    const { columns, data } = JSON.parse(
      Buffer.from(store.readArtifact(row.run_id, `tables/${name}.json`)).toString("utf8"),
    );
    if (!Array.isArray(columns) || !Array.isArray(data)) return { run: row.run_id, table: null };
    return { run: row.run_id, table: { columns, rows: data } };
  } catch {
    return { run: row.run_id, table: null };
  }
}

function list(context: Context, name: string): string[] | undefined {
  return context.req.queries(name);
}

function whole(context: Context, name: string): number | undefined {
  const text = context.req.query(name);
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw MlflowFault.invalid(`\`${name}\` must be a whole number.`);
  return Number(text);
}

function runsOf(context: Context, store: Store): RunRow[] {
  const ids = list(context, "run") ?? [];
  if (ids.length === 0 || ids.length > RUNS)
    throw MlflowFault.invalid(`Name 1 to ${RUNS} runs by \`run\`, got ${ids.length}.`);
  return ids.map((id) => wholeRun(store, id));
}
