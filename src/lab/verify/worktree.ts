import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { InputError } from "../../base/errors.ts";

/** A checkout of one commit, beside the user's own. */
export interface Worktree {
  folder: string;
  /** Applies a difference as `git diff` prints it. @returns why it could not, or nothing */
  apply(diff: string): string | undefined;
  /** Removes it, whatever lies in it. */
  remove(): void;
}

const NAME = /^sulam-verify-(\d+)-\w{6}$/;

/**
 * Checks a commit out into a passing folder. Worktrees of this kind whose process has died, by `kill -9` say, are
 * removed first.
 *
 * @param root the top folder of the user's checkout, which stays as it is
 * @throws {InputError} the commit is not in this repository
 */
export function openWorktree(root: string, commit: string): Worktree {
  sweep(root);
  const has = git(root, "cat-file", "-e", `${commit}^{commit}`);
  if (has !== undefined)
    throw new InputError(
      "verify",
      `the run was made at commit ${commit.slice(0, 12)}, which is not in ${root}`,
      "Fetch it (git fetch --unshallow, or git fetch ORIGIN COMMIT) and run again.",
    );
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `sulam-verify-${process.pid}-`)));
  const failed = git(root, "worktree", "add", "--detach", "--force", folder, commit);
  if (failed !== undefined) {
    discard(root, folder);
    throw new InputError("verify", `git could not check out ${commit.slice(0, 12)}: ${failed}`, "Mend that first.");
  }
  return {
    folder,
    apply: (diff) => git(folder, "apply", "--whitespace=nowarn", { input: diff }),
    remove: () => discard(root, folder),
  };
}

function sweep(root: string): void {
  const list = execFileSync("git", ["worktree", "list", "--porcelain"], { cwd: root, encoding: "utf8", env: clean() });
  for (const [, path] of list.matchAll(/^worktree (.*)$/gm)) {
    const [, pid] = NAME.exec(basename(path)) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) discard(root, path);
  }
}

/** git removes no worktree whose folder is broken, and forgets one whose folder is gone. */
function discard(root: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  git(root, "worktree", "prune");
}

/** A process id that somebody else's process has taken meanwhile is not ours: it runs no Node. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || /node/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** @returns what git complains of, or nothing */
function git(cwd: string, ...args: (string | { input: string })[]): string | undefined {
  const words = args.filter((arg) => typeof arg === "string");
  const input = args.find((arg) => typeof arg === "object")?.input;
  try {
    execFileSync("git", ["-c", "core.hooksPath=/dev/null", ...words], {
      cwd,
      input,
      encoding: "utf8",
      stdio: ["pipe", "ignore", "pipe"],
      env: clean(),
    });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return (stderr || message).trim().split("\n").slice(0, 2).join(" ");
  }
}

/** Inside a hook git names its own folders, which are not meant for another checkout. */
function clean(): NodeJS.ProcessEnv {
  const names = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));
}
