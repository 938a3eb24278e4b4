import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import type { Experiment } from "../../config/experiment.ts";

/** The folder in which a run was made, in two checkouts. */
export interface MovedPlaces {
  /** In the one in which it is made again. */
  place: string;
  /** In the user's own. */
  own: string;
}

/**
 * Points an experiment at the data and models that lie in the user's checkout only, by a path of their own: git does not
 * keep them. Names that are no path stay.
 *
 * @param experiment as a record tells it, unchecked; changed in place
 * @returns the params of the run that say so
 */
export function movePaths(experiment: Partial<Experiment>, { place, own }: MovedPlaces): string[] {
  return pathsOf(experiment).flatMap(([holder, key, param]) => {
    const path = holder?.[key];
    if (typeof path !== "string" || isAbsolute(path) || existsSync(join(place, path))) return [];
    if (!existsSync(resolve(own, path))) return [];
    holder![key] = resolve(own, path);
    return [param];
  });
}

type Holder = Record<string, unknown> | undefined;

/** What may be a path: the mapping that holds it, its key, and what the run's param is called. */
function pathsOf({ data, model, mine, systems = {} }: Partial<Experiment>): [Holder, string, string][] {
  const places: [object | undefined, string, string][] = [
    [data, "name", "data.name"],
    [model, "name", "model.name"],
    [mine, "rescore", "mine.rescore"],
  ];
  const lists: [string[], string][] = [[data?.more ?? [], "data.more"]];
  for (const [name, system] of Object.entries(systems)) {
    if (system.kind === "base") places.push([system, "model", `systems.${name}.model`]);
    if (system.kind === "finetune") places.push([system.mine, "rescore", `systems.${name}.mine.rescore`]);
    if (system.kind === "finetune") lists.push([system.data?.more ?? [], `systems.${name}.data.more`]);
  }
  for (const [list, param] of lists) for (const i of list.keys()) places.push([list, String(i), param]);
  return places as [Holder, string, string][];
}
