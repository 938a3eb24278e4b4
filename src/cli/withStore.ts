import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../track/store.ts";

/** Opens the store of runs to read from, and closes it. Where there is none yet, none is made and `use` gets undefined. */
export async function withStore<R>(
  dir: string | undefined,
  use: (store: Store | undefined, dir: string) => Promise<R>,
): Promise<R> {
  const { storeDir } = await import("../track/storeDir.ts");
  const place = storeDir({ dir, env: process.env, cwd: process.cwd() }).dir;
  if (!existsSync(join(place, "runs.db"))) return use(undefined, place);
  const { openStore } = await import("../track/openStore.ts");
  const store = openStore({ dir: place });
  try {
    return await use(store, place);
  } finally {
    store.close();
  }
}
