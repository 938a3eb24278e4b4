import { execFileSync } from "node:child_process";

/** Where a git checkout stands. */
export interface GitState {
  /** The checkout's top folder. */
  root: string;
  /** 40 hex digits. */
  commit: string;
  /** `HEAD` when none is checked out. */
  branch: string;
  /** Whether tracked files differ from the commit. */
  isDirty: boolean;
  /** `git diff HEAD`, without files that hold secrets by custom. */
  diff: string;
  /** Files that git neither tracks nor ignores, from the top folder. */
  untracked: string[];
}

/** Never stored, not even as a difference. */
const SECRET_FILES = [
  ".env*",
  "*.pem",
  "*.key",
  "*.p12",
  "*.pfx",
  "id_rsa*",
  "id_ed25519*",
  ".npmrc",
  ".netrc",
  ".pypirc",
];

/** The state of the checkout around `cwd`; undefined outside one, before the first commit, or without git. */
export function gitState(cwd: string): GitState | undefined {
  try {
    const [root, commit, branch] = git(cwd, "rev-parse", "--show-toplevel", "HEAD", "--abbrev-ref", "HEAD").split("\n");
    const status = git(root, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames").split("\0");
    const without = SECRET_FILES.map((pattern) => `:(exclude,glob)**/${pattern}`);
    return {
      root,
      commit,
      branch,
      isDirty: status.some((line) => line !== "" && !line.startsWith("??")),
      diff: git(root, "diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--", ".", ...without),
      untracked: status.filter((line) => line.startsWith("?? ")).map((line) => line.slice(3)),
    };
  } catch {
    return undefined;
  }
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 20_000,
    maxBuffer: 1 << 28,
    // `status` would otherwise take the index lock and disturb whoever commits at this moment.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
  });
}
