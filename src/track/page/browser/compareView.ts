import { html } from "htm/preact";
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { ColumnNames, RunList } from "../pageWire.ts";
import { useAnswer } from "./api.ts";
import { CompareTables } from "./compareTables.ts";
import { CurvesPanel } from "./curvesPanel.ts";
import { isSystemMetric } from "./isSystemMetric.ts";
import { useLiveFeed } from "./liveFeed.ts";
import { ParallelPlot } from "./parallelPlot.ts";
import { ParamDiff } from "./paramDiff.ts";
import { addressOf, change, currentQuery, useQuery } from "./query.ts";
import { chartRun, RunLink } from "./runParts.ts";
import { ScatterPlot } from "./scatterPlot.ts";

/** As many as the server gives curves of. */
const MOST = 100;

const TABS: readonly (readonly [string, string])[] = [
  ["", "Curves"],
  ["params", "Parameters"],
  ["parallel", "Parallel coordinates"],
  ["scatter", "Scatter"],
  ["tables", "Tables"],
];

/** Runs side by side. @param ids  whole ids, in the order in which they were chosen */
export function CompareView({ ids, version }: { ids: readonly string[]; version: number }): VNode {
  const query = useQuery();
  const few = ids.slice(0, MOST);
  const asked = few.map((id): [string, string] => ["run", id]);
  const path = few.length === 0 ? null : "/page/runs";
  const first = useAnswer<RunList>(path, asked).data?.runs;
  const scope = [...new Set((first ?? []).map(({ experimentId }) => experimentId))];
  const { data: names } = useAnswer<ColumnNames>(
    scope.length === 0 ? null : "/page/columns",
    scope.map((id): [string, string] => ["experiment", id]),
  );
  const wanted = useMemo(
    () => [
      ...(names?.params ?? []).map((key) => `params.${key}`),
      // Those of the machine last: more columns than can be asked for at once are cut off.
      ...[...(names?.metrics ?? [])]
        .sort((a, b) => Number(isSystemMetric(a)) - Number(isSystemMetric(b)))
        .map((key) => `metrics.${key}`),
    ],
    [names],
  );
  const { data: found, error } = useColumns(asked, wanted, names !== undefined, version);
  const columns = found?.columns ?? NO_COLUMNS;
  const runs = useMemo(() => {
    const byId = new Map((found?.runs ?? first ?? []).map((run) => [run.id, run]));
    return few.flatMap((id) => byId.get(id) ?? []);
  }, [found, first, ids.join()]);
  const chart = useMemo(() => runs.map(chartRun), [runs.map(({ id, name }) => id + name).join()]);
  const feed = useLiveFeed(
    runs.filter(({ state }) => state === "RUNNING").map(({ id }) => id),
    runs.length === 0 ? null : "now",
  );
  const used = columns.filter((_, i) => runs.some(({ values }) => (values[i] ?? null) !== null));
  const metrics = used.filter((one) => one.startsWith("metrics.")).map((one) => one.slice("metrics.".length));
  useEffect(() => {
    // So that the way back leads to their experiment.
    if (scope.length === 1 && !query.has("experiment")) change({ experiment: scope[0] }, true);
  }, [scope.join()]);
  if (ids.length === 0)
    return html`<p class="empty muted">Select two or more runs in the <a href=${addressOf({ experiment: query.get("experiment") }, true)}>table</a>, then compare them here.</p>` as VNode;
  const tab = query.get("tab") ?? "";
  return html`<div class="compare-view">
    ${error !== undefined && html`<p class="error">${error}</p>`}
    <ul class="plain legend" aria-label="Runs">${runs.map(
      (run) =>
        html`<li key=${run.id}><${RunLink} run=${run} /><button class="quiet small" aria-label=${`Leave out ${run.name}`} title="Leave out" onClick=${() =>
          change({
            run: currentQuery()
              .getAll("run")
              .filter((id) => id !== run.id),
          })}>×</button></li>`,
    )}</ul>
    <nav class="tabs under" aria-label="Of these runs">${TABS.map(([key, label]) => html`<a key=${key} href=${addressOf({ tab: key || null })} aria-current=${tab === key ? "page" : undefined}>${label}</a>`)}</nav>
    ${tab === "" && html`<${CurvesPanel} runs=${chart} metrics=${metrics} feed=${feed} />`}
    ${tab === "params" && html`<${ParamDiff} runs=${runs} columns=${columns} />`}
    ${tab === "parallel" && html`<${ParallelPlot} runs=${runs} columns=${columns} />`}
    ${tab === "scatter" && html`<${ScatterPlot} runs=${runs} columns=${columns} />`}
    ${tab === "tables" && html`<${CompareTables} runs=${runs} />`}
  </div>` as VNode;
}

/** An address must not grow too long: what stands beyond is seen in the runs table. */
const AT_ONCE = 150;
const NO_COLUMNS: readonly string[] = [];

function useColumns(
  asked: readonly [string, string][],
  columns: readonly string[],
  isReady: boolean,
  version: number,
): { data: RunList | undefined; error: string | undefined } {
  const some = columns.slice(0, AT_ONCE).map((column): [string, string] => ["column", column]);
  return useAnswer<RunList>(isReady && asked.length > 0 ? "/page/runs" : null, [...asked, ...some], version);
}
