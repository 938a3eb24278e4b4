/** What set-up's plain JavaScript modules (scripts/setup) export, with the types that their docstrings state. */
export interface SetupScripts {
  checkNode(world: World): void;
  findCompiler(world: World): string;
  findPython(world: World): Promise<{ path: string; version: string }>;
  checkDisk(world: World, folder: string, bytes: number, what: string): void;
  matchesLock(root: string, world: Pick<World, "platform" | "arch">): boolean;
  withLock<T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T>;
  removeStale(path: string): void;
  wheels(context: Context): Promise<Wheels>;
  addon(context: Context, wheels: Wheels): Promise<Wheels & { addon: string }>;
  torchIndex(context: Context, python: string, requirement: string): Promise<{ cuda: boolean; options: string[] }>;
  describeDownload(line: string): string | undefined;
  pipEnv(env: Record<string, string>): Record<string, string>;
  findPlaces(root?: string): Places;
  explainLog(
    step: string,
    output: string,
    options: { log: string; todo: string; world: World },
  ): { sentence: string; command: string };
  explainDisk(error: unknown): { sentence: string; command: string } | undefined;
  runCommand: Run;
}

/** Runs a program. */
export type Run = (
  command: string,
  args: readonly string[],
  options?: { cwd?: string; env?: object; log?: string; onLine?: (line: string) => void },
) => Promise<{ code: number; output: string }>;

/** What set-up asks of the machine. */
export interface World {
  env: Record<string, string>;
  platform: string;
  arch: string;
  nodeVersion: string;
  nodeAbi: string;
  nodePath: string;
  exists(path: string): boolean;
  freeBytes(folder: string): number;
  which(name: string): string | undefined;
  run: Run;
}

/** Where set-up reads and writes. */
export interface Places {
  root: string;
  installed: boolean;
  venv: string;
  build: string;
  engineJson: string;
}

/** What a step of set-up gets. */
export interface Context {
  world: World;
  places: Places;
  report: {
    note(step: string, text: string): void;
    timed<T>(step: string, text: string, work: () => Promise<T>): Promise<T>;
  };
}

/** What the engine needs of Python's packages. */
export interface Wheels {
  python: string;
  torch: string;
  torchVersion: string;
  minilm: string;
}

const FILES = [
  "checks",
  "npmPackages",
  "lock",
  "wheels",
  "addon",
  "torchIndex",
  "pip",
  "places",
  "runCommand",
  "explainDisk",
  "explainLog",
];

/** Loads the modules. They are plain JavaScript, so the type checker cannot look into them. */
export async function loadSetupScripts(): Promise<SetupScripts> {
  const folder = new URL("../../scripts/setup/", import.meta.url);
  const modules = await Promise.all(FILES.map((name) => import(new URL(`${name}.mjs`, folder).href)));
  return Object.assign({}, ...modules) as SetupScripts;
}
