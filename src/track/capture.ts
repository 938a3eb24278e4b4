import { existsSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { sha256 } from "../base/hash.ts";
import { gitState } from "./gitState.ts";
import { projectFolder } from "./projectFolder.ts";
import { redact } from "./redact.ts";

/** Where and with what a run is made. */
export interface CaptureOptions {
  cwd: string;
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** What the caller knows: noted as given. */
  seed?: number;
  /** sha256 of data files by name. */
  data?: Readonly<Record<string, string>>;
}

/** What is noted of a run's surroundings. */
export interface Captured {
  tags: Record<string, string>;
  /** Artifacts: path -> content. */
  files: Record<string, string>;
}

/** Variables that change what a run does. No others are read, so that no secret can be. */
const ENV_ALLOWED = [
  ...["CUDA_VISIBLE_DEVICES", "CUDA_LAUNCH_BLOCKING", "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "MKL_NUM_THREADS"],
  ...["NODE_ENV", "LANG", "LC_ALL", "TZ", "CI", "RANK", "LOCAL_RANK", "WORLD_SIZE", "SLURM_JOB_ID"],
  ...["SULAM_DEVICE", "SULAM_STORE"],
];

const LOCK_FILES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"];
const DIFF_LIMIT = 1_000_000;

/**
 * Notes once per run what is needed to make it again: commit, uncommitted changes, names of untracked files, arguments,
 * versions, lock file, allowed environment variables, seed and data. Whatever looks like a secret is masked, and paths
 * are told from the project's folder, so that nobody's home folder is noted.
 *
 * Tags are MLflow's (`mlflow.source.*`); the rest becomes `source/environment.json`, `source/uncommitted.diff` and
 * `source/untracked.txt`.
 */
export function capture(options: CaptureOptions): Captured {
  const git = gitState(options.cwd);
  const project = projectFolder(options.cwd);
  const root = git?.root ?? project ?? options.cwd;
  const argv = options.argv.map((word) => withoutPlace(root, word));
  const environment = {
    argv: redact(argv.map((word) => word.replaceAll("\n", " ")).join("\n")).split("\n"),
    cwd: relative(root, resolve(options.cwd)) || ".",
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    env: Object.fromEntries(
      ENV_ALLOWED.flatMap((name) => {
        const value = options.env[name];
        return value ? [[name, withoutPlace(root, value)]] : [];
      }),
    ),
    ...(project !== undefined && packages(project)),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.data !== undefined && { data: options.data }),
  };
  const tags: Record<string, string> = {
    "mlflow.source.type": "LOCAL",
    "mlflow.source.name": argv[1] ?? argv[0] ?? "",
  };
  const files: Record<string, string> = { "source/environment.json": `${JSON.stringify(environment, null, 2)}\n` };
  if (git !== undefined) {
    tags["mlflow.source.git.commit"] = git.commit;
    tags["mlflow.source.git.branch"] = git.branch;
    tags["mlflow.source.git.dirty"] = String(git.isDirty);
    if (git.diff !== "") files["source/uncommitted.diff"] = cut(redact(git.diff));
    if (git.untracked.length > 0) files["source/untracked.txt"] = cut(`${git.untracked.join("\n")}\n`);
  }
  return { tags, files };
}

function cut(text: string): string {
  return text.length <= DIFF_LIMIT ? text : `${text.slice(0, DIFF_LIMIT)}\n[cut: ${text.length} characters]\n`;
}

/** A path, or the path in `--store=/path`, told from the root; any other word as it is. */
function withoutPlace(root: string, word: string): string {
  const before = /^[^=/]*=/.exec(word)?.[0] ?? "";
  const value = word.slice(before.length);
  return isAbsolute(value) ? before + fromRoot(root, value) : word;
}

function fromRoot(root: string, path: string): string {
  const inside = relative(root, path);
  return inside === "" || inside.startsWith("..") ? basename(path) : inside;
}

function packages(project: string): {
  lockFile?: { name: string; sha256: string };
  dependencies: Record<string, string>;
} {
  const lock = LOCK_FILES.find((name) => existsSync(join(project, name)));
  const { dependencies = {}, name, version } = json(join(project, "package.json"));
  const versions: [string, string][] = Object.keys(dependencies).flatMap((dependency) => {
    const installed = json(join(project, "node_modules", dependency, "package.json")).version;
    return installed === undefined ? [] : [[dependency, installed]];
  });
  if (name !== undefined && version !== undefined) versions.unshift([name, version]);
  return {
    ...(lock !== undefined && { lockFile: { name: lock, sha256: sha256(readFileSync(join(project, lock))) } }),
    dependencies: Object.fromEntries(versions),
  };
}

/** A file that is absent or broken tells nothing; capturing must not fail for it. */
function json(path: string): { dependencies?: Record<string, string>; name?: string; version?: string } {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}
