import type { Recording } from "./recording.ts";

/** What `source/environment.json` of a run tells. */
export interface RecordedEnvironment {
  /** Told from the checkout's top folder. */
  cwd?: string;
  /** Variables that change what a run does. */
  env?: Record<string, string>;
  /** sha256 of data files by name. */
  data?: Record<string, string>;
  platform?: string;
  arch?: string;
  cpu?: string;
  node?: string;
  dependencies?: Record<string, string>;
}

/** The surroundings in which a run was made; empty where the record tells none. */
export function recordedEnvironment({ files }: Recording): RecordedEnvironment {
  try {
    return JSON.parse(files.get("source/environment.json")?.text ?? "{}");
  } catch {
    return {};
  }
}
