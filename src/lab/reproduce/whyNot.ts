import type { PublishedResult } from "../../data/readPublished.ts";

/** Models that are only to be had as a service. */
const SERVICES = ["text-embedding-ada-002"];

/** Where the rows of a published pool once were. */
const HOMES: Readonly<Record<string, string>> = {
  "crossref-melayu-doi": "ultrachat-crossref-melayu-malay.jsonl",
  "lom.agc.gov.my": "ultrachat-lom-agc.jsonl",
};

/**
 * Why a published figure stands there without ours: a clause each for the pool and the weights, parted by "; ", what is
 * missing before its colon; "" when both are at hand.
 *
 * @param here whether this run had the published pool, and the published model
 */
export function whyNot({ model, dataset }: PublishedResult, here: { pool: boolean; model: boolean }): string {
  const home = HOMES[dataset] ?? `${dataset}-dataset-bge-test.jsonl`;
  const pool = `pool not here: its rows (${home}) carry no licence to copy them, so give --pool FILE`;
  const service = `weights not here: ${model} is a service, not a file, so give --endpoint URL --service ${model}`;
  const weights = SERVICES.includes(model)
    ? service
    : "weights not here: nobody packs them with this program, so give --model DIR";
  return [...(here.pool ? [] : [pool]), ...(here.model ? [] : [weights])].join("; ");
}
