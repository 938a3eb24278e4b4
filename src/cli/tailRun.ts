import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import { sparkline } from "../base/sparkline.ts";
import type { RunRecord } from "../track/runRecord.ts";
import type { Store } from "../track/store.ts";
import { isSystemMetric } from "../track/system/isSystemMetric.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";
import { withStore } from "./withStore.ts";

interface Options {
  store?: string;
  json: boolean;
}

const EVERY_MS = 500;

/** `sulam runs tail`: follows the metrics of a run until it ends; the exit code is 0 only when it finished well. */
export function tailRun(runs: Command, terminal: Terminal): void {
  runs
    .command("tail")
    .description("follow the metrics of a run until it ends")
    .argument("[RUN]", "id, or the beginning of one (default: the newest)")
    .option("--store <DIR>", "folder of the store (default: SULAM_STORE, else .sulam beside package.json)")
    .option("--json", 'print {"key", "value", "step", "timestamp"}, one point a line', false)
    .addHelpText("after", "\nExample:\n  npx sulam runs tail")
    .action((id: string | undefined, { store: dir, json }: Options) =>
      withStore(dir, async (store, place) => {
        const runId = store && (id === undefined ? store.runs({ limit: 1 })[0]?.runId : store.run(id).runId);
        if (!store || runId === undefined)
          throw new InputError("runs", `there are no runs in ${place}`, "Name another store with --store.");
        const run = await follow(store, runId, json ? points(terminal) : lines(terminal));
        terminal.words(`${run.runId.slice(0, 8)} ${run.name}: ${run.status.toLowerCase()}`);
        if (run.status !== "FINISHED") process.exitCode = 1;
      }),
    );
}

/** New points of a curve, and all of it. */
interface News {
  key: string;
  from: number;
  curve: { value: number; step: number; timestamp: number }[];
}

async function follow(store: Store, runId: string, show: (news: News[]) => Promise<void>): Promise<RunRecord> {
  const shown = new Map<string, number>();
  for (;;) {
    // the state first: what is logged after the end was read would be missed
    const run = store.run(runId);
    const curves = Object.keys(run.metrics).map((key) => ({ key, curve: store.history(runId, key) }));
    const news = curves.map(({ key, curve }) => ({ key, curve, from: shown.get(key) ?? 0 }));
    const fresh = news.filter(({ curve, from }) => curve.length > from);
    for (const { key, curve } of fresh) shown.set(key, curve.length);
    if (fresh.length > 0) await show(fresh);
    if (run.status !== "RUNNING" && run.status !== "SCHEDULED") return run;
    await sleep(EVERY_MS);
  }
}

/** One line for each curve of the work that has grown: step, value, and its course. */
function lines(terminal: Terminal): (news: News[]) => Promise<void> {
  return async (news) => {
    const own = news.filter(({ key }) => !isSystemMetric(key));
    const width = Math.max(...own.map(({ key }) => key.length));
    const text = own.map(({ key, curve }) => {
      const { step, value } = curve[curve.length - 1];
      const course = sparkline(curve.map((point) => point.value));
      return `step ${String(step).padStart(6)}  ${key.padEnd(width)}  ${Number(value.toPrecision(5))}  ${course}\n`;
    });
    await terminal.data(text.join(""));
  };
}

function points(terminal: Terminal): (news: News[]) => Promise<void> {
  return async (news) => {
    const fresh = news.flatMap(({ key, curve, from }) =>
      curve.slice(from).map(({ value, step, timestamp }) => ({ key, value, step, timestamp })),
    );
    for (const point of fresh.sort((a, b) => a.timestamp - b.timestamp || a.step - b.step))
      await terminal.data(toJson(point));
  };
}
