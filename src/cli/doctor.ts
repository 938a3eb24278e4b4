import { accessSync, constants, existsSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { SulamError } from "../base/errors.ts";

/** Something that is not there, and the command that brings it. */
export interface Missing {
  what: string;
  command: string;
}

/** What `sulam doctor` finds. A field is null where the thing is missing; `missing` then says how to mend it. */
export interface DoctorReport {
  /** sulam's own version. */
  version: string;
  node: string;
  /** e.g. `linux x64` */
  platform: string;
  /** For people, e.g. `torch 2.13.0+cpu`; null when no engine loads. */
  engine: string | null;
  torchVersion: string | null;
  /** e.g. `["cpu", "cuda:0 NVIDIA H100"]` */
  devices: string[];
  /** The instruction set that torch's kernels use, e.g. `AVX512`. */
  cpuCapability: string | null;
  /** CPU threads inside one operation. */
  threads: number | null;
  cores: number;
  memory: { totalBytes: number; freeBytes: number };
  /** The folder of the tracked runs, and whether there are any yet. */
  store: { folder: string; exists: boolean };
  /** The interpreter that torch was taken from. */
  python: string | null;
  /** Where the model `minilm` lies. */
  minilm: string | null;
  compiler: string | null;
  missing: Missing[];
}

/** What the doctor looks at; a test hands in another machine. */
export interface Machine {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  version: string;
}

type EngineFacts = Pick<
  DoctorReport,
  "engine" | "torchVersion" | "devices" | "cpuCapability" | "threads" | "python" | "minilm"
> & { missing: Missing[] };

const SETUP = "npx sulam setup";

/** Looks at this machine. It opens no store and makes no file, and works when nothing is set up. */
export async function doctor({ env, cwd, version }: Machine): Promise<DoctorReport> {
  const { storeDir } = await import("../track/storeDir.ts");
  const { missing, ...engine } = await lookAtEngine();
  const folder = storeDir({ env, cwd }).dir;
  const compiler = findProgram(env.CXX ? [env.CXX] : ["c++", "g++", "clang++"], env.PATH);
  const database = await checkDatabase();
  return {
    version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    ...engine,
    cores: availableParallelism(),
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    store: { folder, exists: existsSync(join(folder, "runs.db")) },
    python: engine.python ?? findProgram(["python3", "python"], env.PATH),
    compiler,
    missing: [...missing, ...database, ...(engine.engine ? [] : buildTools(compiler, env.PATH))],
  };
}

async function lookAtEngine(): Promise<EngineFacts> {
  const nothing = { engine: null, torchVersion: null, devices: [], cpuCapability: null, threads: null };
  try {
    const { readEngineJson } = await import("../engine/engineJson.ts");
    const { engineInfo } = await import("../engine/engineInfo.ts");
    const { python, minilm }: { python: string; minilm?: string } = readEngineJson();
    const { torchVersion, cpuCapability, threads, cudaDevices } = engineInfo();
    const hasModel = minilm !== undefined && existsSync(minilm);
    return {
      engine: `torch ${torchVersion}`,
      torchVersion,
      devices: ["cpu", ...cudaDevices.map((name, i) => `cuda:${i} ${name}`)],
      cpuCapability,
      threads,
      python,
      minilm: hasModel ? minilm : null,
      missing: hasModel ? [] : [{ what: "the model minilm", command: SETUP }],
    };
  } catch (error) {
    if (!(error instanceof SulamError)) throw error;
    return { ...nothing, python: null, minilm: null, missing: [{ what: error.message, command: SETUP }] };
  }
}

/** The tracker needs SQLite's compiled part. */
async function checkDatabase(): Promise<Missing[]> {
  try {
    const { Driver } = await import("../track/driver.ts");
    new Driver(":memory:").close();
    return [];
  } catch (error) {
    if (!(error instanceof SulamError)) throw error;
    return [{ what: error.message, command: `${SETUP} --only track` }];
  }
}

/** What set-up will need to build the engine. */
function buildTools(compiler: string | null, path: string | undefined): Missing[] {
  const apt = "sudo apt-get install";
  const mac = process.platform === "darwin";
  const python = findProgram(["python3", "python"], path);
  return [
    ...(compiler ? [] : [{ what: "a C++ compiler", command: mac ? "xcode-select --install" : `${apt} g++ make` }]),
    ...(python ? [] : [{ what: "Python 3.10 or newer", command: mac ? "brew install python" : `${apt} python3-venv` }]),
  ];
}

function findProgram(names: readonly string[], path = ""): string | null {
  const places = names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  return [...names.filter((name) => name.includes("/")), ...places].find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
