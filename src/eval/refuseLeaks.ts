import { InputError } from "../base/errors.ts";
import type { Table } from "../base/table.ts";
import { findLeaks } from "./findLeaks.ts";
import { LEAK_KINDS } from "./leakIndex.ts";

/** What is compared. */
export interface LeakInput {
  /** What training saw. */
  training: readonly string[];
  /** What is measured: queries, and the texts that answer them. */
  test: readonly string[];
  /** Whether to go on all the same. */
  allow: boolean;
  /** How to ask for it, e.g. `evaluate.allowLeaks: true`. */
  askBy: string;
}

/**
 * Stops an evaluation whose test texts training has seen, unless it was asked for.
 *
 * @returns the leaks: columns kind, share, test, training; empty when there are none
 * @throws {InputError} leaks that were not asked for: how many of each kind, and the first
 */
export async function refuseLeaks({ training, test, allow, askBy }: LeakInput): Promise<Table> {
  const texts = [...new Set(test)];
  const leaks = await findLeaks(training, texts);
  const [first] = leaks;
  if (first !== undefined && !allow) {
    const counts = LEAK_KINDS.map((kind) => ({ kind, count: leaks.filter((leak) => leak.kind === kind).length }))
      .filter(({ count }) => count > 0)
      .map(({ kind, count }) => `${count} ${kind}`);
    throw new InputError(
      "leak check",
      `training has seen ${leaks.length} of ${texts.length} test texts (${counts.join(", ")}), ` +
        `the first: ${JSON.stringify(texts[first.test].slice(0, 60))} in ${JSON.stringify(training[first.training].slice(0, 60))}`,
      `Take what holds them out of training (npx sulam data leaks), split by group, or say \`${askBy}\` and the leaks stand beside the figures.`,
    );
  }
  return {
    columns: ["kind", "share", "test", "training"],
    rows: leaks.map((leak) => [leak.kind, leak.share, texts[leak.test], training[leak.training]]),
  };
}
