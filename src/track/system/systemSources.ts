import { computeSource } from "./computeSource.ts";
import { diskSource } from "./diskSource.ts";
import { gpuSource } from "./gpuSource.ts";
import type { SystemSource } from "./systemSource.ts";

/** What `systemSources` takes. */
export interface SystemSourceOptions {
  /** The store's: its disk is looked at. */
  folder: string;
  everyMs: number;
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that never go back. */
  clock: () => number;
}

/** All that a run samples of its machine. */
export function systemSources({ folder, everyMs, env, clock }: SystemSourceOptions): SystemSource[] {
  return [computeSource(clock), diskSource(folder), gpuSource({ everyMs, env, clock })];
}
