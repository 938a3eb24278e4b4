import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineJsonPath } from "../../../src/engine/engineJsonPath.ts";
import { cli, type Outcome, type Start } from "../../cli/cli.ts";
import { scratch, tinyDataset } from "../lab.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** A git checkout of its own that runs sulam's sources: a small dataset, an experiment on it, one commit. */
export interface Project {
  folder: string;
  /** Variables with which its programs run. */
  env: Record<string, string | undefined>;
  git(...args: string[]): string;
  cli(args: readonly string[], start?: Start): Promise<Outcome>;
  /** Runs the experiment. @returns the run's id */
  run(...args: string[]): Promise<string>;
  /** The lines of an exported run, as values. */
  exported(id: string): Promise<Record<string, unknown>[]>;
}

/** A trained system and BM25; a second or two. */
const EXPERIMENT = `name: tiny
threads: 1
data: { name: tiny.jsonl, trainFields: [query, formal] }
model: { maxLength: 32, fresh: { hiddenSize: 16, numHiddenLayers: 1, numAttentionHeads: 2, intermediateSize: 32, vocabSize: 400 } }
train: { batchSize: 8, lr: 1e-2, maxSteps: 4, warmupSteps: 1 }
evaluate: { fields: [query], k: [1, 5], intervals: { resamples: 20 } }
systems:
  bm25: { kind: bm25 }
  tuned: { kind: finetune }
`;

/** Makes the project in a folder that is removed at the end of the file's tests. */
export function project(): Project {
  const folder = realpathSync(scratch());
  const git = (...args: string[]): string => {
    const me = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...me, ...args], { cwd: folder, encoding: "utf8" }).trim();
  };
  tinyDataset(folder);
  writeFileSync(join(folder, "tiny.yaml"), EXPERIMENT);
  writeFileSync(join(folder, "package.json"), '{ "name": "project", "type": "module" }\n');
  writeFileSync(join(folder, "package-lock.json"), "{}\n");
  writeFileSync(join(folder, ".gitignore"), "node_modules\n.sulam\n");
  mkdirSync(join(folder, "src/cli"), { recursive: true });
  writeFileSync(join(folder, "src/cli/main.ts"), `import ${JSON.stringify(join(repository, "src/cli/main.ts"))};\n`);
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "dir");
  git("init", "-q", "-b", "topic");
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  const env = { SULAM_ENGINE_JSON: process.env.SULAM_ENGINE_JSON ?? engineJsonPath(repository) };
  const start: Project["cli"] = (args, more = {}) => cli(args, { cwd: folder, ...more, env: { ...env, ...more.env } });
  const json = async (args: readonly string[]): Promise<string> => {
    const { code, out, err } = await start(args);
    if (code !== 0) throw new Error(`sulam ${args.join(" ")}: ${err}`);
    return out;
  };
  return {
    folder,
    env: { ...process.env, SULAM_STORE: undefined, ...env },
    git,
    cli: start,
    run: async (...args) => JSON.parse(await json(["run", "tiny.yaml", "--json", ...args])).runId,
    exported: async (id) => {
      const lines = (await json(["runs", "export", id])).trimEnd().split("\n");
      return lines.map((line) => JSON.parse(line));
    },
  };
}

/** Writes an export whose lines `change` has altered, as somebody with an editor would. @returns its path */
export function tampered(
  place: string,
  lines: readonly Record<string, unknown>[],
  change: (line: Record<string, unknown>) => Record<string, unknown>,
): string {
  const text = lines.map((line) => `${JSON.stringify(change(structuredClone(line)))}\n`).join("");
  if (text === lines.map((line) => `${JSON.stringify(line)}\n`).join("")) throw new Error("nothing was altered");
  writeFileSync(place, text);
  return place;
}

/** A file's text with one word of it exchanged. */
export function exchange(path: string, word: string, other: string): void {
  writeFileSync(path, readFileSync(path, "utf8").replaceAll(word, other));
}
