/** Whether a curve tells of the machine and not of the work. The rule of `track/system`, which the browser is not served. */
export function isSystemMetric(key: string): boolean {
  return /^system\/.*_(percentage|megabytes|gigabytes|watts)$/.test(key);
}
