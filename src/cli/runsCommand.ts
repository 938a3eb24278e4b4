import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { Table } from "../base/table.ts";
import type { RunRecord } from "../track/runRecord.ts";
import type { Store } from "../track/store.ts";
import { isSystemMetric } from "../track/system/isSystemMetric.ts";
import { timeText } from "../track/timeText.ts";
import { changeRuns } from "./changeRuns.ts";
import { exchangeRuns } from "./exchangeRuns.ts";
import { formatTable } from "./formatTable.ts";
import { type ListQuery, listedRuns } from "./listedRuns.ts";
import type { PairedOptions } from "./pairedRuns.ts";
import { readableTable } from "./readableTable.ts";
import { tailRun } from "./tailRun.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { wholeNumber } from "./wholeNumber.ts";
import { withStore } from "./withStore.ts";

interface RunsOptions {
  store?: string;
  json: boolean;
}

interface CompareRunsOptions extends RunsOptions, Omit<PairedOptions, "test"> {
  all: boolean;
  test?: string;
}

/** `sulam runs list|show|compare|tail|rm|restore|export|import`: what was run, what came out, and what differs. */
export function runsCommand(sulam: Command, terminal: Terminal): void {
  const runs = sulam
    .command("runs")
    .description("list, show, compare, follow, hide, export and import tracked runs")
    .addHelpText("after", "\nExample:\n  npx sulam runs list --limit 5");
  const common = (command: Command): Command =>
    command
      .option("--store <DIR>", "folder of the store (default: SULAM_STORE, else .sulam beside package.json)")
      .option("--json", "print JSON", false);

  common(runs.command("list").description("all runs, newest first"))
    .option("--experiment <NAME>", "only those of this experiment")
    .option("--filter <TEXT>", "as MLflow spells it: \"metrics.recallAt1 > 0.2 AND params.lr = '0.01'\"")
    .option("--order <FIELD...>", "e.g. 'metrics.recallAt1 DESC' (default: newest start first)")
    .option("--deleted", "those that `runs rm` has hidden", false)
    .option("--limit <N>", "at most so many", wholeNumber)
    .addHelpText("after", "\nExample:\n  npx sulam runs list --experiment malay-embed --limit 5")
    .action(({ store: dir, json, ...query }: RunsOptions & ListQuery) =>
      withStore(dir, async (store, place) => {
        const found = store === undefined ? [] : listedRuns(store, query);
        if (json) return terminal.data(toJson(found.map(listed)));
        if (found.length === 0) return terminal.words(noneFound(store, place, dir));
        await terminal.data(formatTable(overview(found)));
      }),
    );

  common(runs.command("show").description("one run: settings, metrics, tables, files"))
    .argument("RUN", "id, or the beginning of one")
    .addHelpText("after", "\nExample:\n  npx sulam runs show 3f9a")
    .action((id: string, { store: dir, json }: RunsOptions) =>
      withStore(dir, async (store, place) => {
        const whole = wholeRun(needed(store, place), id);
        await terminal.data(json ? toJson(whole) : await describe(whole));
      }),
    );

  const compare = runs.command("compare").description("runs side by side: what differs, and what came out");
  common(compare)
    .argument("RUN...", "ids, or beginnings of them")
    .option("--all", "also fields that are the same in all of them", false)
    .option(
      "--test <MEASURE>",
      "paired tests, query by query, corrected for their number: of two runs the systems of the same name, of one run its systems (recallAt10, mrrAt10 ..)",
    )
    .option("--baseline <SYSTEM>", "of --test on one run: only pairs with this system")
    .option("--by-domain", "of --test: each domain for itself", false)
    .addHelpText(
      "after",
      "\nExample:\n  npx sulam runs compare 3f9a 81c2 --test recallAt10\n" +
        "  npx sulam runs compare 3f9a --test recallAt10 --baseline bm25 --by-domain",
    )
    .action((ids: string[], { store: dir, json, all, ...paired }: CompareRunsOptions) =>
      withStore(dir, async (store, place) => {
        const { test, baseline, byDomain } = paired;
        if (test === undefined && (baseline !== undefined || byDomain))
          compare.error("error: --baseline and --by-domain go with --test", { exitCode: 2 });
        if (test !== undefined) {
          const { pairedRuns } = await import("./pairedRuns.ts");
          const tests = pairedRuns(needed(store, place), ids, { test, baseline, byDomain });
          if (json) return terminal.data(toJson(tests));
          await terminal.data(await readableTable(tests));
          return terminal.words(
            `Differences are the second's less the first's, with 95 % intervals over topics. ` +
              `pHolm is p, corrected for ${tests.rows.length} comparisons.`,
          );
        }
        const table = needed(store, place).compare(ids);
        if (json) return terminal.data(toJson(table));
        await terminal.data(formatTable(all || ids.length < 2 ? table : differing(table)));
      }),
    );

  tailRun(runs, terminal);
  changeRuns(runs, terminal);
  exchangeRuns(runs, terminal);
}

function needed(store: Store | undefined, place: string): Store {
  if (store) return store;
  throw new InputError("runs", `there are no runs in ${place}`, "Name another store with --store, or start a run.");
}

/** An empty store, or one whose runs are all others. @param dir as `--store` names it */
function noneFound(store: Store | undefined, place: string, dir: string | undefined): string {
  const [shown, hidden] = [false, true].map((one) =>
    store === undefined ? 0 : listedRuns(store, { deleted: one }).length,
  );
  const here = dir === undefined ? "" : ` --store ${dir}`;
  if (shown + hidden === 0) return `No runs in ${place}. Start one: npx sulam run experiments/quickstart.yaml`;
  return `No run in ${place} fits. Runs there: ${shown} (npx sulam runs list${here}), hidden ones: ${hidden} (--deleted).`;
}

type ListedRun = Pick<RunRecord, "runId" | "name" | "experiment" | "status" | "params" | "metrics">;

function listed({ runId, name, experiment, status, params, metrics }: RunRecord): ListedRun {
  return { runId, name, experiment, status, params, metrics };
}

function overview(runs: readonly RunRecord[]): Table {
  const seconds = (run: RunRecord): number | null =>
    run.endTime === null ? null : Math.round((run.endTime - run.startTime) / 1000);
  return {
    columns: ["run", "name", "experiment", "status", "started", "seconds"],
    rows: runs.map((run) => [
      run.runId.slice(0, 8),
      run.parentRunId ? `  ${run.name}` : run.name,
      run.experiment,
      run.status,
      timeText(run.startTime).slice(0, 16).replace("T", " "),
      seconds(run),
    ]),
  };
}

type WholeRun = RunRecord & Pick<Inside, "tables" | "artifacts" | "inputs">;

interface Inside {
  tables: Record<string, Table>;
  artifacts: ReturnType<Store["artifacts"]>;
  inputs: ReturnType<Store["inputs"]>;
}

function wholeRun(store: Store, id: string): WholeRun {
  const run = store.run(id);
  const { runId } = run;
  return { ...run, tables: store.tables(runId), artifacts: store.artifacts(runId), inputs: store.inputs(runId) };
}

async function describe(run: WholeRun): Promise<string> {
  const pairs = (title: string, values: Record<string, string | number>): string => {
    const rows = Object.entries(values);
    return rows.length === 0 ? "" : `\n${formatTable({ columns: [title, ""], rows })}`;
  };
  const head = { run: run.runId, name: run.name, experiment: run.experiment, status: run.status };
  const started = timeText(run.startTime);
  const failure = run.tags["sulam.error"];
  const commit = run.tags["mlflow.source.git.commit"];
  const data = Object.fromEntries(run.inputs.map(({ name, digest }) => [name, digest]));
  const whole = { ...head, ...(failure && { failure }), started, ...(commit && { commit }) };
  // what was found before what it was found from
  const bySize = Object.entries(run.tables).sort(([, a], [, b]) => a.rows.length - b.rows.length);
  const tables = bySize.map(async ([name, table]) => `\n${name}\n${await readableTable(table)}`);
  return [
    formatTable({ columns: ["run", ""], rows: Object.entries(whole) }),
    pairs("data", data),
    pairs("param", run.params),
    pairs("metric", Object.fromEntries(Object.entries(run.metrics).filter(([key]) => !isSystemMetric(key)))),
    ...(await Promise.all(tables)),
    pairs("file", Object.fromEntries(run.artifacts.map(({ path, size }) => [path, `${size} bytes`]))),
  ].join("");
}

function differing({ columns, rows }: Table): Table {
  return { columns, rows: rows.filter(([, first, ...others]) => others.some((cell) => cell !== first)) };
}
