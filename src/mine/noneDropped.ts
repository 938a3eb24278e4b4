import type { DroppedCandidates } from "./chooseNegatives.ts";

/** Counts of what was taken out, before anything was. */
export function noneDropped(): DroppedCandidates {
  return {
    droppedByGroup: 0,
    droppedByMargin: 0,
    droppedByRelativeMargin: 0,
    droppedByMaxScore: 0,
    droppedByMinScore: 0,
  };
}
