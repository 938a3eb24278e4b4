import { html } from "htm/preact";
import type { RefObject, VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LiveEvent, WireCurve } from "../pageWire.ts";
import { useAnswer } from "./api.ts";
import { measureTitle } from "./format.ts";
import { LineChart } from "./lineChart.ts";
import type { LiveFeed } from "./liveFeed.ts";
import { type Axis, type ChartRun, seriesOf } from "./series.ts";

/** How curves are drawn, for all charts of a page alike. */
export interface CurveSettings {
  axis: Axis;
  isLogX: boolean;
  isLogY: boolean;
  /** From 0 to 0.99. */
  smoothing: number;
  zoom: readonly [number, number] | null;
}

/** What a card shows. */
export interface CurveCardProps {
  metric: string;
  runs: readonly ChartRun[];
  settings: CurveSettings;
  onZoom: (zoom: readonly [number, number] | null) => void;
  isLarge: boolean;
  onLarge: () => void;
  feed?: LiveFeed;
  version?: number;
}

/** Points of a curve: about two a pixel of a large chart. */
const POINTS = 1_200;

/** The curves of one metric. They are asked for when the card comes into view, and again, finer, after a zoom. */
export function CurveCard(props: CurveCardProps): VNode {
  const { metric, runs, settings, onZoom, isLarge, onLarge, feed, version = 0 } = props;
  const [ref, isSeen] = useSeen();
  const byStep = settings.axis === "step" ? settings.zoom : null;
  const question: [string, string][] = [
    ...runs.map(({ id }): [string, string] => ["run", id]),
    ["key", metric],
    ["most", String(POINTS)],
    ...(byStep === null
      ? []
      : ([
          ["from", String(Math.floor(byStep[0]) - 1)],
          ["to", String(Math.ceil(byStep[1]) + 1)],
        ] as [string, string][])),
  ];
  const [grown, setGrown] = useState(0);
  const path = isSeen && runs.length > 0 ? "/page/curves" : null;
  const { data, error } = useAnswer<WireCurve[]>(path, question, `${version} ${grown}`);
  const [curves, setCurves] = useState<WireCurve[]>([]);
  useEffect(() => setCurves(data ?? []), [data]);
  useEffect(
    () =>
      feed?.listen((event) =>
        setCurves((old) => {
          const next = old.map((curve) => append(curve, event));
          const isNew = event.points.some(({ key, run }) => key === metric && !old.some((one) => one.run === run));
          // A curve that began just now, or has grown long, is asked for anew.
          if (isNew || next.some(({ steps }) => steps.length > 4 * POINTS)) setGrown((n) => n + 1);
          return next;
        }),
      ),
    [feed, metric],
  );
  const series = useMemo(() => {
    const byId = new Map(curves.map((curve) => [curve.run, curve]));
    return runs.flatMap((run) => {
      const curve = byId.get(run.id);
      return curve === undefined ? [] : [seriesOf(curve, run, settings.axis, settings.smoothing)];
    });
  }, [curves, runs, settings.axis, settings.smoothing]);
  return html`<section class=${isLarge ? "card large" : "card"} ref=${ref} aria-label=${metric}>
    <header>
      <h3 title=${metric}>${measureTitle(metric)}</h3>
      <button class="quiet small" onClick=${onLarge} aria-pressed=${isLarge}>${isLarge ? "Smaller" : "Larger"}</button>
    </header>
    ${error !== undefined && html`<p class="error">${error}</p>`}
    <${LineChart} title=${metric} series=${series} ...${settings} onZoom=${onZoom} height=${isLarge ? 420 : 190} />
  </section>` as VNode;
}

function append(curve: WireCurve, { points }: LiveEvent): WireCurve {
  const last = curve.times.at(-1) ?? 0;
  const step = curve.steps.at(-1) ?? -1;
  const mine = points.filter(
    (one) =>
      one.run === curve.run && one.key === curve.key && (one.step > step || (one.step === step && one.time > last)),
  );
  if (mine.length === 0) return curve;
  return {
    ...curve,
    count: curve.count + mine.length,
    steps: [...curve.steps, ...mine.map((one) => one.step)],
    times: [...curve.times, ...mine.map((one) => one.time)],
    values: [...curve.values, ...mine.map((one) => one.value)],
  };
}

function useSeen(): [RefObject<HTMLElement | null>, boolean] {
  const ref = useRef<HTMLElement>(null);
  const [isSeen, set] = useState(false);
  useEffect(() => {
    if (ref.current === null) return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) set(true);
    });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, isSeen];
}
