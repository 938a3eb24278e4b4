import type { Driver } from "./driver.ts";
import { TrackError } from "./trackError.ts";

/** An experiment: a named set of runs. */
export interface ExperimentRecord {
  /** A number in decimal, as MLflow spells it. `0` is `Default`. */
  experimentId: string;
  name: string;
  lifecycleStage: "active" | "deleted";
  artifactLocation: string;
  /** Milliseconds since 1970. */
  creationTime: number;
  lastUpdateTime: number;
  tags: Record<string, string>;
}

interface ExperimentRow {
  experiment: number;
  name: string;
  lifecycle_stage: "active" | "deleted";
  artifact_location: string;
  creation_time: number;
  last_update_time: number;
}

/** Experiment 0, which every store has, for runs that name none. */
const DEFAULT_EXPERIMENT = "Default";

/** The experiments of a store: table `experiments` and its tags. */
export class Experiments {
  private readonly db: Driver;
  private readonly now: () => number;

  constructor(db: Driver, now: () => number) {
    this.db = db;
    this.now = now;
    if (this.byName(DEFAULT_EXPERIMENT) === undefined) this.insert(0, DEFAULT_EXPERIMENT);
  }

  /** Experiments, oldest first; deleted ones are left out unless asked for. */
  list(options: { deleted?: boolean } = {}): ExperimentRecord[] {
    const stage = options.deleted ? "deleted" : "active";
    const sql = "SELECT * FROM experiments WHERE lifecycle_stage = ? ORDER BY experiment";
    return this.db.all<ExperimentRow>(sql, stage).map((row) => this.record(row));
  }

  /** @throws {TrackError} RESOURCE_DOES_NOT_EXIST */
  get(experimentId: string): ExperimentRecord {
    const row = this.db.get<ExperimentRow>("SELECT * FROM experiments WHERE experiment = ?", Number(experimentId));
    if (row === undefined)
      throw new TrackError("RESOURCE_DOES_NOT_EXIST", "experiment", `none has id ${experimentId}`, "Look at the list.");
    return this.record(row);
  }

  /** The experiment with this name, or undefined. */
  byName(name: string): ExperimentRecord | undefined {
    const row = this.db.get<ExperimentRow>("SELECT * FROM experiments WHERE name = ?", name);
    return row && this.record(row);
  }

  /** @returns its id. @throws {TrackError} when the name is empty or taken */
  create(name: string, tags: Readonly<Record<string, string>> = {}): string {
    if (typeof name !== "string" || name === "")
      throw new TrackError("INVALID_PARAMETER_VALUE", "experiment", "its name must be a non-empty string", "Name it.");
    return this.db.write(() => {
      if (this.byName(name) !== undefined)
        throw new TrackError(
          "RESOURCE_ALREADY_EXISTS",
          "experiment",
          `\`${name}\` already exists`,
          "Use another name.",
        );
      const id = this.insert(null, name);
      for (const [key, value] of Object.entries(tags))
        this.db.run("INSERT INTO experiment_tags VALUES(?, ?, ?)", id, key, value);
      return String(id);
    });
  }

  /** The active experiment with this name, made when it is new. @throws {TrackError} INVALID_STATE when it is deleted */
  open(name: string): ExperimentRecord {
    return this.db.write(() => {
      const found = this.byName(name) ?? this.get(this.create(name));
      if (found.lifecycleStage === "deleted")
        throw new TrackError(
          "INVALID_STATE",
          "experiment",
          `\`${name}\` is deleted`,
          "Restore it or use another name.",
        );
      return found;
    });
  }

  /** @param number null for the next free one. Nothing happens when another process just inserted the same. */
  private insert(number: number | null, name: string): number {
    const sql = `INSERT OR IGNORE INTO experiments(experiment, name, lifecycle_stage, artifact_location, creation_time,
      last_update_time) VALUES(?, ?, 'active', '', ?, ?)`;
    const id = number ?? this.db.run(sql, null, name, this.now(), this.now()).id;
    if (number !== null) this.db.run(sql, number, name, this.now(), this.now());
    this.db.run("UPDATE experiments SET artifact_location = ? WHERE experiment = ?", `mlflow-artifacts:/${id}`, id);
    return id;
  }

  private record(row: ExperimentRow): ExperimentRecord {
    const tags = this.db.all<{ key: string; value: string }>(
      "SELECT key, value FROM experiment_tags WHERE experiment = ? ORDER BY key",
      row.experiment,
    );
    return {
      experimentId: String(row.experiment),
      name: row.name,
      lifecycleStage: row.lifecycle_stage,
      artifactLocation: row.artifact_location,
      creationTime: row.creation_time,
      lastUpdateTime: row.last_update_time,
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    };
  }
}
