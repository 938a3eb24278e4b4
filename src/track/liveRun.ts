import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Table } from "../base/table.ts";
import { type ArtifactSource, checkArtifactPath } from "./artifacts.ts";
import { flatten } from "./flatten.ts";
import { checkInput, type DatasetInput } from "./inputs.ts";
import { type Batch, checkBatch } from "./logBatch.ts";
import type { Outbox } from "./outbox.ts";
import type { Run } from "./run.ts";
import type { MlflowStatus } from "./runRow.ts";
import type { RunWriter } from "./runWriter.ts";
import { TABLE_FOLDER } from "./store.ts";
import { type SamplerParts, SystemSampler } from "./system/systemSampler.ts";
import { tableToJson } from "./tableJson.ts";
import { TrackError } from "./trackError.ts";
import { ERROR_TAG } from "./writers.ts";

/** How often a run that logs nothing says that it lives, and tries again to store what is kept. */
const BEAT_MS = 15_000;
/** An error's words as a tag, with room below MLflow's 8000. */
const ERROR_LIMIT = 4_000;

/** What a `LiveRun` is made of. */
export interface LiveRunParts {
  id: string;
  /** Makes and opens the run. When the store fails at that, this too waits in the outbox. */
  open: () => RunWriter;
  now: () => number;
  /** Nested runs share their parent's, so that what could not be stored when they ended is still tried afterwards. */
  outbox: Outbox;
  isNested: boolean;
  child: Run["child"];
  /** Samples the machine; undefined: nothing does. */
  sampling?: SamplerParts;
}

/** The `Run` that people hold: checks what it is given and hands it to the writer through the outbox. */
export class LiveRun implements Run {
  readonly id: string;
  readonly child: Run["child"];
  /** Set by the first parcel, before any other can use it. */
  private writer: RunWriter | undefined;
  private readonly outbox: Outbox;
  private readonly isNested: boolean;
  private readonly now: () => number;
  private lastSteps = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly sampler: SystemSampler | undefined;
  private lastTime = 0;
  private hasEnded = false;

  constructor(parts: LiveRunParts) {
    this.id = parts.id;
    this.now = parts.now;
    this.child = parts.child;
    this.outbox = parts.outbox;
    this.isNested = parts.isNested;
    this.outbox.send({
      what: "run",
      count: 1,
      store: () => {
        this.writer = parts.open();
        this.lastSteps = new Map([...this.writer.lastSteps(), ...this.lastSteps]);
      },
    });
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    this.timer.unref();
    if (parts.sampling !== undefined)
      this.sampler = new SystemSampler(parts.sampling, (values) => this.metrics(values));
  }

  params(values: Parameters<Run["params"]>[0]): void {
    const params = flatten(values);
    this.log("params", Object.keys(params).length, { params });
  }

  metrics(values: Readonly<Record<string, number>>, step?: number): void {
    // A clock that went back must not make a later point look older than an earlier one of the same step.
    this.lastTime = Math.max(this.lastTime, this.now());
    const metrics = Object.entries(values).map(([key, value]) => {
      return { key, value, step: step ?? (this.lastSteps.get(key) ?? -1) + 1, timestamp: this.lastTime };
    });
    this.log("metrics", metrics.length, { metrics });
    for (const point of metrics)
      this.lastSteps.set(point.key, Math.max(this.lastSteps.get(point.key) ?? point.step, point.step));
    this.sampler?.sampleIfDue();
  }

  tag(key: string, value: string | number | boolean): void {
    this.log("tags", 1, { tags: { [key]: String(value) } });
  }

  artifact(source: string | Uint8Array, name?: string): string {
    if (typeof source !== "string") {
      // The caller may change its bytes while they wait to be stored.
      this.put(name ?? "", new Uint8Array(source));
      return name as string;
    }
    const path = name ?? basename(source);
    for (const [inside, file] of filesOf(source)) this.put(inside === "" ? path : `${path}/${inside}`, { file });
    return path;
  }

  text(name: string, content: string): string {
    return this.artifact(Buffer.from(content), name);
  }

  table(name: string, table: Table): string {
    return this.text(`${TABLE_FOLDER}/${name}.json`, tableToJson(table));
  }

  figure(name: string, spec: object): string {
    return this.text(`figures/${name}.json`, JSON.stringify(spec));
  }

  dataset(input: DatasetInput): void {
    checkInput(input);
    this.send(`dataset ${input.name}`, 1, (writer) => writer.input(input));
  }

  /**
   * Ends the run; ending it again does nothing.
   * @param error why it failed, kept as tag `sulam.error`
   * @returns what is not stored, in words; empty when all is, and for a nested run, for which its parent answers
   */
  end(status: MlflowStatus, error?: string): string[] {
    if (this.hasEnded) return [];
    clearInterval(this.timer);
    this.sampler?.end();
    const tags: Record<string, string> = error === undefined ? {} : { [ERROR_TAG]: error.slice(0, ERROR_LIMIT) };
    this.send(`end (${status})`, 1, (writer) => writer.end(status, tags));
    this.hasEnded = true;
    return this.isNested ? [] : this.outbox.close();
  }

  private log(what: string, count: number, batch: Batch): void {
    checkBatch(batch);
    this.send(what, count, (writer) => writer.log(batch));
  }

  private put(path: string, source: ArtifactSource): void {
    checkArtifactPath(path);
    this.send(`artifact ${path}`, 1, (writer) => writer.artifact(path, source));
  }

  private send(what: string, count: number, store: (writer: RunWriter) => void): void {
    if (this.hasEnded)
      throw new TrackError("INVALID_STATE", "run", `${this.id} has ended`, "Go on with it by `startRun({ runId })`.");
    this.outbox.send({ what, count, store: () => store(this.writer as RunWriter) });
  }

  private beat(): void {
    this.outbox.retry();
    try {
      this.writer?.beat();
    } catch {
      // A sign of life that fails is no news: the next call to log says so.
    }
  }
}

/** The files of a file or folder: path below it ("" for a file itself) and path on disk, by name. */
function filesOf(source: string): [string, string][] {
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined)
    throw new TrackError("INVALID_PARAMETER_VALUE", "artifact", `there is no file \`${source}\``, "Check its path.");
  if (!found.isDirectory()) return [["", source]];
  const names = readdirSync(source).sort();
  return names.flatMap((name) =>
    filesOf(join(source, name)).map(([inside, file]): [string, string] => [
      inside === "" ? name : `${name}/${inside}`,
      file,
    ]),
  );
}
