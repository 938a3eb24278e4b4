import { statSync } from "node:fs";

/** Size and time of change of a file: another version of it is no longer what a stream began with. */
export function fileVersion(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${size} bytes of ${new Date(mtimeMs).toISOString()}`;
}
