/** One line of JSON. Numbers that JSON does not know become the texts "NaN", "Infinity", "-Infinity", as in MLflow. */
export function toJson(value: unknown): string {
  const known = (_: string, v: unknown): unknown => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v);
  return `${JSON.stringify(value, known)}\n`;
}
