import type { MineSettings, TrainingSettings, WrittenExperiment, WrittenSystem } from "./experiment.ts";
import { nearest } from "./nearest.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { usesOwnModel } from "./usesOwnModel.ts";

/** What no single field can tell: names of systems that do not exist, circles, splits that train and measure at once. */
export function findProblems(experiment: WrittenExperiment): Problem[] {
  const problems: Problem[] = [];
  const say = (path: KeyPath, words: string): void => {
    problems.push({ path, words });
  };
  const { systems, data, evaluate, model, mine } = experiment;
  const entries = Object.entries(systems);
  if (entries.length === 0) say(["systems"], "is empty; name at least one, e.g. { zero-shot: { kind: base } }");
  if (model.name !== undefined && model.fresh !== undefined) say(["model"], "must have `name` or `fresh`, not both");
  const trains = entries.some(([, s]) => s.kind === "finetune" && (s.data.trainFields ?? data.trainFields).length > 0);
  if (data.trainSplits.includes(evaluate.split) && trains)
    say(["evaluate", "split"], `${evaluate.split} is trained on (data.trainSplits), so it cannot measure`);
  // its tokenizer learns from the experiment's own data
  if (model.fresh !== undefined && entries.some(([, s]) => usesOwnModel(s))) checkTrainsOn([], data, data, say);
  for (const [name, system] of entries) {
    const at: KeyPath = ["systems", name];
    for (const [key, kinds] of references(system)) {
      const to = (system as unknown as Record<string, string | undefined>)[key];
      if (to !== undefined) checkReference({ path: [...at, key], to, kinds, systems }, say);
    }
    if (system.kind === "finetune") checkTrainsOn(at, { ...data, ...system.data }, system.data, say);
    const window = system.kind === "finetune" ? (system.mine.window ?? mine.window) : undefined;
    if (window && window[0] >= window[1]) {
      const own = system.kind === "finetune" && system.mine.window !== undefined;
      say([...(own ? at : []), "mine", "window"], `must go up, got [${window.join(", ")}]`);
    }
    if (system.kind === "base" && system.model === undefined && system.maxLength !== undefined)
      say(
        [...at, "maxLength"],
        `must stand beside a \`model\`, got ${system.maxLength} alone; for the experiment's own set \`model.maxLength\``,
      );
    if (system.kind === "finetune") checkCosines(at, { ...mine, ...system.mine }, system.mine, say);
    if (system.kind === "hybrid") checkHybrid(at, system, experiment, say);
    if (system.kind === "finetune" && circle(name, systems))
      say([...at, "from"], "goes round in a circle; start from a base system");
  }
  return problems.filter((p, i) => problems.findIndex((q) => q.path.join() === p.path.join()) === i);
}

type Say = (path: KeyPath, words: string) => void;

/** Keys of a system that name another, with the kinds that fit. */
function references(system: WrittenSystem): [string, string[]][] {
  if (system.kind === "finetune")
    return [
      ["from", ["base", "finetune"]],
      ["mineWith", ["base", "finetune"]],
    ];
  if (system.kind === "hybrid")
    return [
      ["dense", ["base", "finetune", "endpoint"]],
      ["lexical", ["bm25"]],
    ];
  return [];
}

/** @param own what of `data` the system says itself */
function checkTrainsOn(at: KeyPath, all: TrainingSettings, own: Partial<TrainingSettings>, say: Say): void {
  if (all.trainFields.length > 0 || (all.more ?? []).length > 0) return;
  const path = [...(own.trainFields === undefined && own.more === undefined ? [] : at), "data", "trainFields"];
  say(path, "is empty, and no `data.more` names a file: there is nothing to train on");
}

/** A cross-encoder's scores may lie anywhere, cosines may not. @param own  what of `mine` the system says itself */
function checkCosines(at: KeyPath, mine: MineSettings, own: Partial<MineSettings>, say: Say): void {
  if (mine.rescore !== undefined) return;
  for (const [key, least, most] of COSINES) {
    const value = mine[key];
    if (value === undefined || (value >= least && value <= most)) continue;
    const path = own[key] === undefined ? ["mine", key] : [...at, "mine", key];
    say(
      path,
      `must be a number from ${least} to ${most}, as cosines are, got ${value}; \`rescore\` gives other scores`,
    );
  }
}

/** Settings of mining that are compared with cosines, and what they may be then. */
const COSINES = [
  ["margin", 0, 2],
  ["minScore", -1, 1],
  ["maxScore", -1, 1],
] as const;

/** `base, finetune or endpoint` */
function either(kinds: readonly string[]): string {
  return kinds.length === 1 ? kinds[0] : `${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1)}`;
}

interface Reference {
  path: KeyPath;
  to: string;
  kinds: string[];
  systems: WrittenExperiment["systems"];
}

function checkReference({ path, to, kinds, systems }: Reference, say: Say): void {
  const fitting = Object.keys(systems).filter((name) => kinds.includes(systems[name].kind));
  if (fitting.includes(to)) return;
  const near = nearest(to, fitting);
  const hint = near
    ? `the nearest is ${near}`
    : fitting.length > 0
      ? `there is ${fitting.join(", ")}`
      : "there is none";
  say(path, `must name a system of kind ${either(kinds)}, got ${JSON.stringify(to)}; ${hint}`);
}

function checkHybrid(at: KeyPath, system: WrittenSystem & { kind: "hybrid" }, all: WrittenExperiment, say: Say): void {
  const lexical = Object.keys(all.systems).filter((name) => all.systems[name].kind === "bm25");
  if (system.lexical === undefined && lexical.length !== 1)
    say(
      [...at, "lexical"],
      lexical.length === 0
        ? "needs a system of kind bm25; there is none"
        : `is missing; name one of ${lexical.join(", ")}`,
    );
  const dense = all.systems[system.dense];
  const { trainFields, trainSplits } = { ...all.data, ...(dense?.kind === "finetune" && dense.data) };
  const trained = dense?.kind === "finetune" && trainFields.length > 0 && trainSplits.includes("dev");
  if (system.weight === "dev" && trained)
    say([...at, "weight"], "cannot be chosen on dev when dev trains (data.trainSplits); give a number");
  if (system.weight === "dev" && all.evaluate.split === "dev")
    say([...at, "weight"], "cannot be chosen on the split that is measured; give a number");
}

/** Whether following `from` and `mineWith` from `name` comes back to it. */
function circle(name: string, systems: WrittenExperiment["systems"]): boolean {
  const seen = new Set<string>();
  const queue = [name];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const system = systems[at];
    if (system?.kind !== "finetune") continue;
    for (const next of [system.from, system.mineWith]) {
      if (next === name) return true;
      if (next !== undefined && !seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return false;
}
