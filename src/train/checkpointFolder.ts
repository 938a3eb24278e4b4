import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import type { RandomState } from "../base/random.ts";
import { syncFolder } from "../base/syncFolder.ts";
import type { Tensor } from "../engine/engine.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { SamplerState } from "./sampler.ts";

/** Writes tensors to a safetensors file so that they are on the disk when it returns. */
export type WriteTensors = (path: string, tensors: Map<string, Tensor>) => void;

/** What a checkpoint says beside its tensors. */
export interface CheckpointState {
  /** Steps made. */
  step: number;
  fingerprint: Fingerprint;
  sampler: SamplerState;
  random: RandomState;
  /** Value of the metric that the `best` tensors reached, where a best is kept. */
  best?: { value: number; step: number };
}

/** Files of tensors by name without ending: `model`, `optimizer`, `best`. */
export type CheckpointTensors = Record<string, Map<string, Tensor>>;

/** A whole checkpoint on disk. */
export interface Checkpoint {
  folder: string;
  state: CheckpointState;
}

const STATE = "state.json";
const FORMAT = 1;

/**
 * The checkpoints of one run in one folder: `step-00000120/` with `model.safetensors`, `optimizer.safetensors` and
 * `state.json`, which carries the others' sha256. A folder gets its name only when all of it is on the disk.
 */
export class CheckpointFolder {
  private readonly dir: string;
  private readonly keep: number;
  private readonly writeTensors: WriteTensors;

  /** @param keep how many checkpoints stay; older ones are removed */
  constructor(dir: string, keep: number, writeTensors: WriteTensors) {
    this.dir = dir;
    this.keep = keep;
    this.writeTensors = writeTensors;
  }

  /**
   * Writes a checkpoint, then removes those that are too old. The ones before stay whole whatever happens.
   * @returns its folder
   * @throws {InputError} when the disk refuses (full, read-only); says which checkpoint is the last whole one
   */
  async write(state: CheckpointState, tensors: CheckpointTensors): Promise<string> {
    const name = `step-${String(state.step).padStart(8, "0")}`;
    const folder = join(this.dir, name);
    const draft = join(this.dir, `.${name}.${process.pid}`);
    try {
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft, { recursive: true });
      const files: Record<string, string> = {};
      for (const [part, map] of Object.entries(tensors)) {
        const file = `${part}.safetensors`;
        this.writeTensors(join(draft, file), map);
        files[file] = await sha256File(join(draft, file));
      }
      writeDurably(join(draft, STATE), JSON.stringify({ format: FORMAT, ...state, files }));
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
      syncFolder(this.dir);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      const last = this.names().at(-1);
      const rest = last ? `The last whole one is ${join(this.dir, last)}` : "There is none before it";
      const why = error instanceof Error ? error.message : String(error);
      throw new InputError(folder, `the checkpoint could not be written: ${why}`, `${rest}; make room and run again.`, {
        cause: error,
      });
    }
    this.prune();
    return folder;
  }

  /** The newest checkpoint that is whole; half-written and damaged ones are passed over. */
  async newest(): Promise<Checkpoint | undefined> {
    for (const name of this.names().reverse()) {
      const state = await readWhole(join(this.dir, name));
      if (state) return { folder: join(this.dir, name), state };
    }
    return undefined;
  }

  /** Names of finished checkpoints, oldest first. */
  private names(): string[] {
    return existsSync(this.dir)
      ? readdirSync(this.dir)
          .filter((name) => /^step-\d{8,}$/.test(name))
          .sort()
      : [];
  }

  /** Removes what is too old, and the drafts of processes that died while they wrote. */
  private prune(): void {
    const drafts = readdirSync(this.dir).filter((name) => isDeadDraft(name));
    for (const name of [...this.names().slice(0, -this.keep), ...drafts])
      rmSync(join(this.dir, name), { recursive: true, force: true });
  }
}

/** The state of a checkpoint whose files are all there, byte for byte; else undefined. */
async function readWhole(folder: string): Promise<CheckpointState | undefined> {
  try {
    const { format, files, ...state } = JSON.parse(readFileSync(join(folder, STATE), "utf8")) as CheckpointState & {
      format: number;
      files: Record<string, string>;
    };
    if (format !== FORMAT) return undefined;
    for (const [file, hash] of Object.entries(files))
      if ((await sha256File(join(folder, file))) !== hash) return undefined;
    return state;
  } catch {
    return undefined;
  }
}

/** Is this the draft of a process that runs no more? */
function isDeadDraft(name: string): boolean {
  const pid = /^\.step-\d+\.(\d+)$/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "w");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
