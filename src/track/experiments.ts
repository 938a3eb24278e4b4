import type { Driver } from "./driver.ts";
import { type ExperimentRecord, type ExperimentRow, experimentNumber, experimentRecords } from "./experimentRecord.ts";
import { checkKey, checkLocation, checkValue, longer } from "./names.ts";
import { TrackError } from "./trackError.ts";

/** Experiment 0, which every store has, for runs that name none. */
const DEFAULT_EXPERIMENT = "Default";

/** MLflow's limit for an experiment's name, in characters. */
const NAME_LIMIT = 500;

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
    return experimentRecords(this.db, this.db.all<ExperimentRow>(sql, stage));
  }

  /** @throws {TrackError} RESOURCE_DOES_NOT_EXIST; INVALID_PARAMETER_VALUE when the id is no number */
  get(experimentId: string): ExperimentRecord {
    const row = this.db.get<ExperimentRow>(
      "SELECT * FROM experiments WHERE experiment = ?",
      experimentNumber(experimentId),
    );
    if (row === undefined)
      throw new TrackError("RESOURCE_DOES_NOT_EXIST", "experiment", `none has id ${experimentId}`, "Look at the list.");
    return experimentRecords(this.db, [row])[0];
  }

  /** The experiment with this name, or undefined. */
  byName(name: string): ExperimentRecord | undefined {
    const row = this.db.get<ExperimentRow>("SELECT * FROM experiments WHERE name = ?", name);
    return row && experimentRecords(this.db, [row])[0];
  }

  /**
   * Makes an experiment.
   * @param artifactLocation where the files of its runs go; default: into the store
   * @returns its id
   * @throws {TrackError} when the name is wrong or taken
   */
  create(name: string, tags: Readonly<Record<string, string>> = {}, artifactLocation?: string): string {
    checkName(name);
    if (artifactLocation !== undefined) checkLocation(artifactLocation);
    for (const [key, value] of Object.entries(tags)) checkTag(key, value);
    return this.db.write(() => {
      this.refuseTaken(name);
      const id = this.insert(null, name, artifactLocation);
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

  /** Gives an active experiment another name. @throws {TrackError} when the name is wrong or taken */
  rename(experimentId: string, name: string): void {
    checkName(name);
    this.edit(experimentId, (row) => {
      if (row.name === name) return;
      this.refuseTaken(name);
      this.db.run("UPDATE experiments SET name = ? WHERE experiment = ?", name, Number(row.experimentId));
    });
  }

  /** Sets or overwrites a tag of an active experiment. */
  setTag(experimentId: string, key: string, value: string): void {
    checkTag(key, value);
    this.edit(experimentId, (row) => {
      this.db.run("INSERT OR REPLACE INTO experiment_tags VALUES(?, ?, ?)", Number(row.experimentId), key, value);
    });
  }

  /** Takes a tag away. @throws {TrackError} RESOURCE_DOES_NOT_EXIST when the experiment has no such tag */
  deleteTag(experimentId: string, key: string): void {
    this.edit(experimentId, (row) => {
      const sql = "DELETE FROM experiment_tags WHERE experiment = ? AND key = ?";
      if (this.db.run(sql, Number(row.experimentId), key).changes === 0)
        throw new TrackError(
          "RESOURCE_DOES_NOT_EXIST",
          "tag",
          `experiment ${experimentId} has no tag \`${key}\``,
          "Look at its tags.",
        );
    });
  }

  /** Hides an active experiment and its runs; nothing is lost. */
  delete(experimentId: string): void {
    this.edit(experimentId, (row) => {
      const number = Number(row.experimentId);
      this.db.run("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE experiment = ?", number);
      const sql = `UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = ?, deleted_with_experiment = 1
        WHERE experiment = ? AND lifecycle_stage = 'active'`;
      this.db.run(sql, this.now(), number);
    });
  }

  /**
   * Undoes `delete`: the runs that went with the experiment come back, those that were deleted before stay so (MLflow
   * brings back all of them). @throws {TrackError} RESOURCE_DOES_NOT_EXIST when it is not deleted
   */
  restore(experimentId: string): void {
    this.db.write(() => {
      const { lifecycleStage } = this.get(experimentId);
      if (lifecycleStage !== "deleted")
        throw new TrackError(
          "RESOURCE_DOES_NOT_EXIST",
          "experiment",
          `no deleted one has id ${experimentId}`,
          "Nothing is to be done.",
        );
      const sql = "UPDATE experiments SET lifecycle_stage = 'active', last_update_time = ? WHERE experiment = ?";
      this.db.run(sql, this.now(), Number(experimentId));
      const runs = `UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL, deleted_with_experiment = 0
        WHERE experiment = ? AND deleted_with_experiment = 1`;
      this.db.run(runs, Number(experimentId));
    });
  }

  private refuseTaken(name: string): void {
    if (this.byName(name) === undefined) return;
    throw new TrackError("RESOURCE_ALREADY_EXISTS", "experiment", `\`${name}\` already exists`, "Use another name.");
  }

  private edit(experimentId: string, work: (row: ExperimentRecord) => void): void {
    this.db.write(() => {
      const row = this.get(experimentId);
      if (row.lifecycleStage !== "active")
        throw new TrackError("INVALID_STATE", "experiment", `\`${row.name}\` is deleted`, "Restore it first.");
      work(row);
      const sql = "UPDATE experiments SET last_update_time = ? WHERE experiment = ?";
      this.db.run(sql, this.now(), Number(row.experimentId));
    });
  }

  /** @param number null for the next free one. Nothing happens when another process just inserted the same. */
  private insert(number: number | null, name: string, location?: string): number {
    const sql = `INSERT OR IGNORE INTO experiments(experiment, name, lifecycle_stage, artifact_location, creation_time,
      last_update_time) VALUES(?, ?, 'active', '', ?, ?)`;
    const time = this.now();
    const { id: made } = this.db.run(sql, number, name, time, time);
    const id = number ?? made;
    const place = location?.replace(/\/+$/, "") ?? `mlflow-artifacts:/${id}`;
    this.db.run("UPDATE experiments SET artifact_location = ? WHERE experiment = ?", place, id);
    return id;
  }
}

function checkName(name: string): void {
  if (typeof name !== "string" || name === "")
    throw new TrackError("INVALID_PARAMETER_VALUE", "experiment", "its name must be a non-empty string", "Name it.");
  if (longer(name, NAME_LIMIT))
    throw new TrackError(
      "INVALID_PARAMETER_VALUE",
      "experiment",
      `its name is longer than ${NAME_LIMIT} characters`,
      "Shorten it.",
    );
}

function checkTag(key: string, value: string): void {
  checkKey("tag", key);
  checkValue("experiment tag", key, value);
}
