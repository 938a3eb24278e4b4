import type { WireNumber, WireValue } from "../pageWire.ts";

/** A number for people, in about four digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-3) return value.toExponential(2).replace("e+", "e");
  return size >= 1000 ? String(Number(value.toFixed(1))) : value.toPrecision(4);
}

/** A round number, as axes have them. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e6 || size < 1e-3) ? value.toExponential() : String(Number(value.toPrecision(10)));
  return text.replace("e+", "e").replace("-", "−");
}

/** What stands in a cell. */
export function formatValue(value: WireValue): string {
  return typeof value === "number" ? formatNumber(value) : (value ?? "");
}

/** A number out of JSON. */
export function numberOf(value: WireNumber): number {
  return typeof value === "number" ? value : Number(value);
}

/** What a cell counts as on an axis: params are text but mostly hold numbers. Null when it is no number. */
export function asNumber(value: WireValue): number | null {
  if (value === null || value === "") return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

/** A time between two others: `42 s`, `3 min 05 s`, `2 h 10 min`. @param ms  milliseconds */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 60) return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.round((minutes % 1440) / 60)} h`;
}

/** How long ago that was. */
export function formatAgo(time: number, now: number): string {
  const ms = now - time;
  if (ms < 60_000) return "just now";
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  if (ms < 14 * 86_400_000) return `${Math.floor(ms / 86_400_000)} d ago`;
  return formatTime(time).slice(0, 10);
}

/** `2026-11-25 18:04:12`, in the reader's time zone. */
export function formatTime(time: number): string {
  const date = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 19).replace("T", " ");
}

/** Bytes for people. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const at = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** at).toPrecision(3)} ${["B", "kB", "MB", "GB", "TB"][at]}`;
}

/** A measure's name as the papers have it: R@1, MRR@10, nDCG@10; any other name stays. */
export function measureTitle(name: string): string {
  const [, start = "", kind, k] = /^(.*?)(recall|precision|hit|map|mrr|ndcg)(?:At|_at_|@)(\d+)$/i.exec(name) ?? [];
  if (kind === undefined) return name;
  const short = { recall: "R", precision: "P", hit: "hit", map: "MAP", mrr: "MRR", ndcg: "nDCG" }[kind.toLowerCase()];
  return `${start}${short}@${k}`;
}
