import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** Rows of the retrieval packs beside the checkout (`SULAM_SHARED`) whose file names match; none where they are absent. */
export function sharedRows<T>(names: RegExp): T[] {
  const shared = process.env.SULAM_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
  const folder = join(shared, "data");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => names.test(name)) : [];
  return files.sort().flatMap((name) =>
    gunzipSync(readFileSync(join(folder, name)))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as T),
  );
}
