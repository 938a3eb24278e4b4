import { html } from "htm/preact";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ColumnNames } from "../pageWire.ts";
import { rankOf } from "./curvesPanel.ts";
import { isSystemMetric } from "./isSystemMetric.ts";

/** The columns that the table has before anybody chose some: measures first, then settings. */
export function usualColumns({ metrics, params }: ColumnNames): string[] {
  const best = metrics
    .filter((name) => !isSystemMetric(name))
    .sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  return [...best.slice(0, 4).map((name) => `metrics.${name}`), ...params.slice(0, 3).map((name) => `params.${name}`)];
}

/** A list to choose columns from. */
export function ColumnPicker(props: {
  names: ColumnNames;
  chosen: readonly string[];
  onChoose: (columns: string[] | null) => void;
}): VNode {
  const { names, chosen, onChoose } = props;
  const [search, setSearch] = useState("");
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const isOutside =
        event.type === "keydown"
          ? (event as KeyboardEvent).key === "Escape"
          : !box.current?.contains(event.target as Node);
      if (box.current?.open && isOutside) {
        box.current.open = false;
        if (event.type === "keydown") box.current.querySelector("summary")?.focus();
      }
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  const kinds = [
    ["Metrics", "metrics", names.metrics],
    ["Parameters", "params", names.params],
    ["Tags", "tags", names.tags],
  ] as const;
  const toggle = (column: string): void =>
    onChoose(chosen.includes(column) ? chosen.filter((one) => one !== column) : [...chosen, column]);
  return html`<details class="picker" ref=${box}>
    <summary>Columns</summary>
    <div class="picker-list">
      <div class="bar"><input type="search" placeholder="Find column" aria-label="Find column" value=${search}
        onInput=${(event: InputEvent) => setSearch((event.target as HTMLInputElement).value)} />
        <button class="quiet" onClick=${() => onChoose(null)}>Usual ones</button></div>
      ${kinds.map(([title, kind, keys]) => {
        const found = keys.filter((key) => key.toLowerCase().includes(search.toLowerCase())).slice(0, 200);
        return (
          found.length > 0 &&
          html`<fieldset key=${kind}><legend>${title}</legend>
          ${found.map((key) => html`<label key=${key}><input type="checkbox" checked=${chosen.includes(`${kind}.${key}`)} onChange=${() => toggle(`${kind}.${key}`)} /> ${key}</label>`)}
        </fieldset>`
        );
      })}
    </div>
  </details>` as VNode;
}
