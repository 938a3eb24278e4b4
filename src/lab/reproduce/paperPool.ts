import { basename } from "node:path";
import { sha256File } from "../../base/hash.ts";
import { loadDataset } from "../../data/loadDataset.ts";
import { readQuestionRows, readSimilarityRows } from "../../data/readPoolRows.ts";
import type { PaperTask } from "../../data/readPublished.ts";
import { correctedRag } from "../../eval/protocol/correctedRag.ts";
import { correctedSimilarity } from "../../eval/protocol/correctedSimilarity.ts";
import { paperRag } from "../../eval/protocol/paperRag.ts";
import { paperSimilarity } from "../../eval/protocol/paperSimilarity.ts";
import type { Protocol } from "../../eval/protocol/protocol.ts";
import { standInQuestions, standInRows } from "./standIn.ts";

/** A pool laid out for both ways of measuring. */
export interface PaperPool {
  /** The published pool that it is, or a name of its own. */
  name: string;
  /** Whether the package's own data stands in for a published pool. */
  isStandIn: boolean;
  source: string;
  sha256: string;
  paper: Protocol;
  corrected: Protocol;
}

/** Which pool. */
export interface PoolChoice {
  task: PaperTask;
  /** Rows `{query, pos, neg}` or `{question, context}`. Default: malay-mini stands in. */
  file?: string;
  /** The published pool that the file is. Default: the one that its name begins with, if any. */
  dataset?: string;
  /** Names of the published pools of this task. */
  published: readonly string[];
}

/** Reads and lays out a pool. @throws {InputError} a file that cannot be read, or what a protocol says is wrong */
export async function paperPool({ task, file, dataset, published }: PoolChoice): Promise<PaperPool> {
  if (file !== undefined) {
    const name = dataset ?? published.find((known) => basename(file).startsWith(known)) ?? basename(file);
    const about = { name, isStandIn: false, source: file, sha256: await sha256File(file) };
    if (task === "similarity") return { ...about, ...similarity(await readSimilarityRows(file)) };
    return { ...about, ...rag({ rows: await readQuestionRows(file) }) };
  }
  const malay = await loadDataset("malay-mini");
  const about = { name: malay.name, isStandIn: true, source: malay.card.file, sha256: malay.card.sha256 };
  if (task === "similarity") return { ...about, ...similarity(standInRows(malay)) };
  return { ...about, ...rag(standInQuestions(malay)) };
}

function similarity(rows: Parameters<typeof paperSimilarity>[0]): Pick<PaperPool, "paper" | "corrected"> {
  return { paper: paperSimilarity(rows), corrected: correctedSimilarity(rows) };
}

function rag(pool: Parameters<typeof paperRag>[0]): Pick<PaperPool, "paper" | "corrected"> {
  return { paper: paperRag(pool), corrected: correctedRag(pool) };
}
