/**
 * Whether a curve tells of the machine and not of the work: MLflow 3's names, `system/` first and a unit last, like
 * `system/cpu_utilization_percentage`. What is compared, ranked or verified leaves them out. The unit matters: a system
 * of an experiment may be called `system`, and its measures stay measures.
 */
export function isSystemMetric(key: string): boolean {
  return /^system\/.*_(percentage|megabytes|gigabytes|watts)$/.test(key);
}

/** The same of a column of the page: `metrics.KEY`. */
export function isSystemColumn(column: string): boolean {
  return column.startsWith("metrics.") && isSystemMetric(column.slice("metrics.".length));
}
