import { html } from "htm/preact";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RunItem } from "../pageWire.ts";
import { Editable } from "./editable.ts";
import { formatAgo, formatDuration, formatNumber, formatTime, formatValue, measureTitle } from "./format.ts";
import { go } from "./query.ts";
import { RunLink, runAddress, Star, StateBadge, setStar, setTag } from "./runParts.ts";
import type { TableRow } from "./runRows.ts";

/** What the table shows and tells. */
export interface RunsTableProps {
  rows: readonly TableRow[];
  /** `metrics.KEY`, `params.KEY`, `tags.KEY`. */
  columns: readonly string[];
  /** `FIELD ASC` or `FIELD DESC`; "" is newest first. */
  sort: string;
  selected: ReadonlySet<string>;
  onSort: (field: string) => void;
  onSelect: (ids: readonly string[], isOn: boolean) => void;
  onFold: (group: string) => void;
  onChanged: () => void;
}

const ROW = 33;
/** Rows drawn above and below what is seen, so that scrolling finds them there. */
const SPARE = 12;
/** Rows that are scrolled over before the drawn part moves; less than SPARE. */
const STRIDE = 6;

/** A field as the filter language takes it, whatever its name holds. */
export function fieldOf(column: string): string {
  const dot = column.indexOf(".");
  if (dot < 0) return column;
  const key = column.slice(dot + 1);
  const quote = key.includes("`") ? '"' : "`";
  return `${column.slice(0, dot)}.${quote}${key}${quote}`;
}

/**
 * The table of runs. Only the rows in view are drawn, however many there are. Up and down move the active row, Enter
 * opens it, Space selects it, `s` marks it.
 */
export function RunsTable(props: RunsTableProps): VNode {
  const { rows, columns, selected, onSelect } = props;
  const box = useRef<HTMLDivElement>(null);
  /** The topmost row in view. Drawn anew only when it passes some rows, not at every pixel. */
  const [topRow, setTopRow] = useState(0);
  const [height, setHeight] = useState(600);
  const [active, setActive] = useState(-1);
  useEffect(() => {
    if (box.current === null) return;
    const watch = new ResizeObserver(([entry]) => setHeight(entry.contentRect.height));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const first = Math.max(0, topRow - SPARE);
  const last = Math.min(rows.length, topRow + Math.ceil(height / ROW) + SPARE);
  const move = (to: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, to));
    setActive(next);
    const element = box.current;
    if (element === null) return;
    const seen = element.clientHeight - 2 * ROW;
    if (next * ROW < element.scrollTop) element.scrollTop = next * ROW;
    else if (next * ROW > element.scrollTop + seen) element.scrollTop = next * ROW - seen;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.floor(height / ROW) - 2;
    const moves: Record<string, number> = {
      ...{ ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page },
      ...{ Home: 0, End: rows.length - 1 },
    };
    const row = rows[active];
    if (event.key in moves) move(moves[event.key]);
    else if (row === undefined) return;
    else if (event.key === " ") toggle(row, selected, onSelect);
    else if (event.key === "Enter") row.kind === "run" ? go(runAddress(row.run.id)) : props.onFold(row.name);
    else if (event.key === "s" && row.kind === "run") void star(row.run, props.onChanged);
    else return;
    event.preventDefault();
  };
  const shownIds = useMemo(() => rows.flatMap((row) => (row.kind === "run" ? [row.run.id] : [])), [rows]);
  const isAll = useMemo(() => shownIds.length > 0 && shownIds.every((id) => selected.has(id)), [shownIds, selected]);
  return html`<div class="table-box" ref=${box} tabindex="0" role="region" aria-label="Runs. Arrow keys move, Space selects, Enter opens."
    onScroll=${(event: Event) => setTopRow(Math.floor((event.currentTarget as Element).scrollTop / ROW / STRIDE) * STRIDE)} onKeyDown=${onKeyDown}>
    <table class="runs" aria-rowcount=${rows.length + 1}>
      <colgroup><col class="c-pick" /><col class="c-name" /><col class="c-state" /><col class="c-start" /><col class="c-time" />
        ${columns.map((column) => html`<col key=${column} class=${column.startsWith("metrics.") ? "c-metric" : "c-value"} />`)}<col class="c-note" /></colgroup>
      <thead><tr>
        <th class="pick"><input type="checkbox" aria-label="Select all" checked=${isAll} onChange=${() => onSelect(shownIds, !isAll)} /></th>
        ${head(props, "run_name", "Run", "name")}${head(props, "status", "State", "")}
        ${head(props, "start_time", "Started", "")}<th>Took</th>
        ${columns.map((column) => head(props, column, measureTitle(column.slice(column.indexOf(".") + 1)), column.startsWith("metrics.") ? "number" : ""))}
        <th>Note</th>
      </tr></thead>
      <tbody>
        <tr style=${{ height: `${first * ROW}px` }} aria-hidden="true"></tr>
        ${rows.slice(first, last).map((row, i) =>
          row.kind === "run"
            ? runRow(row.run, first + i, props, {
                isActive: first + i === active,
                onClick: () => setActive(first + i),
              })
            : groupRow(row, first + i, props, first + i === active),
        )}
        <tr style=${{ height: `${(rows.length - last) * ROW}px` }} aria-hidden="true"></tr>
      </tbody>
    </table>
  </div>` as VNode;
}

function head({ sort, onSort }: RunsTableProps, column: string, title: string, kind: string): VNode {
  const field = fieldOf(column);
  const direction = sort === `${field} ASC` ? "ascending" : sort === `${field} DESC` ? "descending" : undefined;
  return html`<th key=${column} class=${kind} aria-sort=${direction} scope="col">
    <button class="head" title=${column} onClick=${() => onSort(field)}>${title}<i class=${direction ?? ""} aria-hidden="true"></i></button></th>` as VNode;
}

function runRow(
  run: RunItem,
  index: number,
  { columns, selected, onSelect, onChanged }: RunsTableProps,
  { isActive, onClick }: { isActive: boolean; onClick: () => void },
): VNode {
  const isPicked = selected.has(run.id);
  const classes = [isPicked ? "picked" : "", isActive ? "active" : "", run.parent === null ? "" : "nested"].join(" ");
  const took = (run.end ?? (run.state === "RUNNING" ? Date.now() : run.start)) - run.start;
  const save = (key: string, had: boolean) => (value: string) => setTag(run.id, key, value, had).then(onChanged);
  return html`<tr key=${run.id} class=${classes} aria-rowindex=${index + 2} onClick=${onClick}>
    <td class="pick"><input type="checkbox" aria-label=${`Select ${run.name}`} checked=${isPicked} onChange=${() => onSelect([run.id], !isPicked)} /></td>
    <td class="name"><span class="name-cell"><${RunLink} run=${run} /><${Star} on=${run.star} name=${run.name} onToggle=${() => star(run, onChanged)} /></span></td>
    <td><${StateBadge} state=${run.state} /></td>
    <td class="start" title=${formatTime(run.start)}>${formatAgo(run.start, Date.now())}</td>
    <td class="took">${run.end === null && run.state !== "RUNNING" ? "" : formatDuration(took)}</td>
    ${run.values.map((value, i) => {
      const column = columns[i];
      if (column === undefined) return null;
      const key = column.slice(column.indexOf(".") + 1);
      if (column.startsWith("tags."))
        return html`<td key=${column}><${Editable} value=${String(value ?? "")} label=${`Tag ${key} of ${run.name}`} onSave=${save(key, value !== null)} /></td>`;
      return html`<td key=${column} class=${column.startsWith("metrics.") ? "number" : "value"} title=${value === null ? "" : String(value)}>${formatValue(value)}</td>`;
    })}
    <td><${Editable} value=${run.note} label=${`Note of ${run.name}`} onSave=${save("mlflow.note.content", run.note !== "")} /></td>
  </tr>` as VNode;
}

function groupRow(
  row: TableRow & { kind: "group" },
  index: number,
  { columns, selected, onSelect, onFold }: RunsTableProps,
  isActive: boolean,
): VNode {
  const ids = row.runs.map(({ id }) => id);
  const isAll = ids.every((id) => selected.has(id));
  return html`<tr key=${`group ${row.name}`} class=${isActive ? "group active" : "group"} aria-rowindex=${index + 2}>
    <td class="pick"><input type="checkbox" aria-label=${`Select group ${row.name}`} checked=${isAll} onChange=${() => onSelect(ids, !isAll)} /></td>
    <td class="name" colspan="4"><button class="quiet fold" aria-expanded=${row.isOpen} onClick=${() => onFold(row.name)}>${row.name}</button>
      <span class="muted"> ${ids.length} ${ids.length === 1 ? "run" : "runs"}</span></td>
    ${columns.map((column, i) => {
      const mean = column.startsWith("metrics.") ? (row.means[i] ?? null) : null;
      return html`<td key=${column} class="number">${mean !== null && html`${formatNumber(mean.mean)}${mean.deviation !== null && html`<span class="muted"> ±${formatNumber(mean.deviation)}</span>`}`}</td>`;
    })}
    <td></td>
  </tr>` as VNode;
}

function toggle(row: TableRow, selected: ReadonlySet<string>, onSelect: RunsTableProps["onSelect"]): void {
  const ids = row.kind === "run" ? [row.run.id] : row.runs.map(({ id }) => id);
  onSelect(ids, !ids.every((id) => selected.has(id)));
}

async function star(run: RunItem, onChanged: () => void): Promise<void> {
  await setStar(run.id, !run.star);
  onChanged();
}
