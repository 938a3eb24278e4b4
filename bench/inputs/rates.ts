import type { Figure } from "../figure.ts";
import { ownVersions } from "./ownVersions.ts";

/** What one side did in all its turns. */
export interface Work {
  tokens: number;
  /** CPU seconds. */
  seconds: number;
}

/** Adds one turn to a side's sum. */
export function addTurn(sum: Work, turn: Work): void {
  sum.tokens += turn.tokens;
  sum.seconds += turn.seconds;
}

/** Real tokens per CPU second of both sides, and of a part of ours alone, `roof`, measured in the same turns. */
export function rates(
  work: string,
  sides: Record<"ours" | "peer" | "roof", Work>,
  peerVersions: object,
  roofName = "its matrix products alone",
): Figure[] {
  const rate = ({ tokens, seconds }: Work): number => tokens / seconds;
  const [ours, peer, roof] = [rate(sides.ours), rate(sides.peer), rate(sides.roof)];
  const rest = { unit: "real tokens per CPU second", versions: { ...ownVersions(), ...peerVersions } };
  return [
    { work: `${work}: ${roofName}`, ours: roof, peer, ratio: roof / peer, ...rest },
    { work, ours, peer, ratio: ours / peer, ...rest },
  ];
}
