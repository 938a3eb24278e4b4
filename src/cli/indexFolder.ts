import { join, resolve } from "node:path";

/** Where the index of a user's texts lies: the folder that is named, else `index` in the folder of the runs. */
export async function indexFolder(given: string | undefined): Promise<string> {
  if (given !== undefined) return resolve(given);
  const { storeDir } = await import("../track/storeDir.ts");
  return join(storeDir({ env: process.env, cwd: process.cwd() }).dir, "index");
}
