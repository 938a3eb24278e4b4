import { z } from "zod";
import { ConfigError } from "../base/errors.ts";
import { applyOverride } from "./applyOverride.ts";
import type { Experiment } from "./experiment.ts";
import { experimentSchema } from "./experimentSchema.ts";
import { explainIssues } from "./explainIssues.ts";
import { findProblems } from "./findProblems.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { readYaml } from "./readYaml.ts";
import { resolveSystems } from "./resolveSystems.ts";
import type { SchemaNode } from "./schemaNode.ts";

/** What `parseExperiment` is told beside the text. */
export interface ParseOptions {
  /** The file, for errors. Default `experiment`. */
  who?: string;
  /** `train.batchSize=64`, as after `--set`; later ones win. */
  overrides?: readonly string[];
}

/**
 * Reads an experiment: YAML, then the overrides, then the strict schema with its defaults, then what fields say of
 * each other.
 *
 * @throws {ConfigError} all problems at once, each with its place (line and column, or the override) and its key path
 */
export function parseExperiment(text: string, options: ParseOptions = {}): Experiment {
  const { who = "experiment", overrides = [] } = options;
  const { value, locate, depth } = readYaml(text, who);
  if (value === null || value === undefined)
    throw new ConfigError(who, "is empty", "`npx sulam init` writes a commented experiment.");
  if (typeof value !== "object" || Array.isArray(value))
    throw new ConfigError(
      who,
      "must be a mapping of keys to values",
      "`npx sulam init` writes a commented experiment.",
    );
  const root = value as Record<string, unknown>;
  // `train:` with nothing but comments below it says nothing
  for (const key of Object.keys(root)) if (root[key] === null) delete root[key];
  const set = overrides.map((override) => ({ override, path: applyOverride(root, override) }));
  nameLosses(root);
  const place = (path: KeyPath): string => {
    const shared = (of: KeyPath): number => {
      const end = of.findIndex((key, i) => String(key) !== String(path[i]));
      return end < 0 ? of.length : end;
    };
    // an override is to blame for what it sets, and for what it alone brought in: `trian` of `--set trian.lr=1`
    const sets = set.findLast((s) => shared(s.path) === s.path.length);
    const by = sets ?? set.findLast((s) => shared(s.path) > depth(path));
    return by ? `--set ${by.override}` : locate(path);
  };
  const result = experimentSchema.safeParse(root);
  const problems = result.success
    ? findProblems(result.data)
    : explainIssues(result.error.issues, z.toJSONSchema(experimentSchema, { io: "input" }) as SchemaNode, root);
  if (problems.length > 0) throw problemsError(who, problems, place);
  return resolveSystems(result.data!);
}

/** `train.loss.temperature` alone means the default loss: a mapping that must name its kind cannot have it as a default. */
function nameLosses(root: Record<string, unknown>): void {
  const holders = [root, ...Object.values((root.systems ?? {}) as object)];
  for (const holder of holders) {
    const loss = (holder as { train?: { loss?: unknown } } | null)?.train?.loss;
    if (typeof loss === "object" && loss !== null && !Array.isArray(loss) && !("name" in loss))
      Object.assign(loss, { name: "infoNce" });
  }
}

function problemsError(who: string, problems: Problem[], place: (path: KeyPath) => string): ConfigError {
  const todo = "`npx sulam init` writes an experiment with every key explained.";
  const lines = problems.map(({ path, words }) => ({ at: place(path), words: `\`${path.join(".")}\` ${words}` }));
  lines.sort((a, b) => Number.parseInt(a.at, 10) - Number.parseInt(b.at, 10) || 0);
  if (lines.length > 1) {
    const list = lines.map(({ at, words }) => `  ${at}  ${words}`).join("\n");
    return new ConfigError(who, `${lines.length} problems\n${list}\nMend them`, todo);
  }
  const [{ at, words }] = lines;
  return new ConfigError(at.startsWith("--set") ? at : `${who}:${at}`, words, todo);
}
