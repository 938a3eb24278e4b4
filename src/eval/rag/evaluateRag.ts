import { InputError } from "../../base/errors.ts";
import type { OnProgress } from "../../base/progress.ts";
import type { Cell, Table } from "../../base/table.ts";
import { type Chunk, type ChunkSettings, chunkText } from "../../data/chunkText.ts";
import { openEngine } from "../../engine/openEngine.ts";
import { Bm25, type Bm25Options } from "../../search/bm25.ts";
import { cosineRows } from "../../search/cosineRows.ts";
import type { Encoder } from "../../search/encoder.ts";
import { rememberTexts } from "../../search/rememberTexts.ts";
import { selectTop } from "../../search/selectTop.ts";
import { bootstrapInterval } from "../bootstrapInterval.ts";
import { encodeChecked } from "../encodeChecked.ts";
import { placesOf } from "../placesOf.ts";
import type { RagQuestion, RagSet } from "./ragSet.ts";

/** How to evaluate. */
export interface RagOptions {
  /** Ways of cutting the documents, one row of the table each; `"whole"` leaves them whole. */
  chunks: readonly (ChunkSettings | "whole")[];
  /** Cut-offs, each at least 1. */
  k: readonly number[];
  /** Of the system `"bm25"`. */
  bm25?: Bm25Options;
  /** Bootstrap resamples of documents. Default 1,000. */
  resamples?: number;
  /** Of the resampling. Default 0. */
  seed?: number;
  onProgress?: OnProgress;
}

/** A passage, its document, and where it stands in it. */
type Piece = Chunk & { document: number };

/** Where a question's answer stands. */
interface Place {
  document: number;
  start: number;
  end: number;
}

/**
 * Retrieval for question answering over long documents, for several ways of cutting them. For each cut-off k:
 *
 * - `chunkRecallAtK`: share of the passages that hold a part of the answer among the first k passages;
 * - `documentRecallAtK`: whether the answering document is among the first k documents, each ranked by its best passage;
 * - `answerHitAtK`: whether one of the first k passages, of whatever document, holds the whole answer, word for word.
 *
 * With 95 % intervals over documents. Every passage competes with those of all documents; ties by place. `answerable` is
 * the share of questions whose answer no cut has parted: the ceiling of `answerHit`.
 *
 * @param system an encoder, or `"bm25"` over the passages
 * @throws {InputError} nothing to evaluate, duplicate ids, a document or an answer that is not there, k below 1
 */
export async function evaluateRag(system: Encoder | "bm25", set: RagSet, options: RagOptions): Promise<Table> {
  const { k, chunks, resamples, seed } = options;
  const bad = k.find((cutoff) => !Number.isInteger(cutoff) || cutoff < 1);
  if (k.length === 0 || bad !== undefined)
    throw new InputError("evaluateRag", `k must be whole numbers of at least 1, got ${bad ?? "none"}`, "Give some.");
  if (chunks.length === 0) throw new InputError("evaluateRag", "no way of cutting is given", "Give at least one.");
  if (set.questions.length === 0) throw new InputError("evaluateRag", "there are no questions", "Give at least one.");
  const answers = placesOfAnswers(set);
  const encoder = system === "bm25" ? system : rememberTexts(system);
  const names = ["chunkRecall", "documentRecall", "answerHit"].flatMap((name) =>
    k.map((cutoff) => `${name}At${cutoff}`),
  );
  const rows: Cell[][] = [];
  for (const settings of chunks) {
    const pieces = cut(set, settings);
    const values = names.map(() => new Float64Array(set.questions.length));
    let q = 0;
    for await (const scores of scoreRows(encoder, set, pieces, options)) {
      const measured = measure(scores, pieces, { question: set.questions[q], place: answers[q], k });
      for (const [i, value] of measured.entries()) values[i][q] = value;
      q++;
    }
    const groups = set.questions.map(({ document }) => document);
    const cells = values.flatMap((of) => {
      const { mean, low, high } = bootstrapInterval({ values: of, groups, resamples, seed });
      return [mean, low, high];
    });
    rows.push([label(settings), pieces.length, answerable(answers, pieces), ...cells]);
  }
  const measures = names.flatMap((name) => [name, `${name}Low`, `${name}High`]);
  return { columns: ["chunks", "passages", "answerable", ...measures], rows };
}

function label(settings: ChunkSettings | "whole"): string {
  if (settings === "whole") return "whole documents";
  const { by, words, overlap } = settings;
  return `${by}, ${words} words${overlap > 0 ? `, ${overlap} shared` : ""}`;
}

function placesOfAnswers({ documents, questions }: RagSet): Place[] {
  const places = placesOf("evaluateRag", documents);
  return questions.map(({ question, document, answer }) => {
    const asked = JSON.stringify(question.slice(0, 60));
    const place = places.get(document);
    if (place === undefined)
      throw new InputError("evaluateRag", `document \`${document}\` of the question ${asked} is not there`, "Add it.");
    const start = documents[place].text.indexOf(answer);
    if (answer.trim() === "" || start < 0)
      throw new InputError(
        "evaluateRag",
        `the answer to ${asked} must stand in document \`${document}\` word for word, got ${JSON.stringify(answer.slice(0, 60))}`,
        "Copy it from the document.",
      );
    return { document: place, start, end: start + answer.length };
  });
}

function cut({ documents }: RagSet, settings: ChunkSettings | "whole"): Piece[] {
  const pieces = documents.flatMap(({ text }, document) => {
    const whole = { text, start: 0, end: text.length, line: 1, endLine: 1 };
    const parts = settings === "whole" ? [whole] : chunkText(text, settings);
    return parts.map((part) => ({ ...part, document }));
  });
  if (pieces.length > 0) return pieces;
  throw new InputError("evaluateRag", "the documents hold no text", "Give at least one that does.");
}

/** The scores [N] of every passage, question by question. */
async function* scoreRows(
  system: Encoder | "bm25",
  { questions }: RagSet,
  pieces: readonly Piece[],
  { bm25, onProgress }: RagOptions,
): AsyncGenerator<Float32Array> {
  const passages = pieces.map(({ text }) => text);
  const queries = questions.map(({ question }) => question);
  if (system === "bm25") {
    const index = new Bm25(passages, bm25);
    for (const query of queries) yield index.scores(query);
    return;
  }
  const engine = system.engine ?? (await openEngine());
  const encoded = (what: string, texts: string[]) =>
    encodeChecked(system, { who: "evaluateRag", what, texts, onProgress });
  const corpus = await encoded("passages", passages);
  for (const { scores } of cosineRows(engine, await encoded("questions", queries), corpus)) yield scores;
}

/** The three measures at each cut-off, measure by measure. */
function measure(
  scores: Float32Array,
  pieces: readonly Piece[],
  { question, place, k }: { question: RagQuestion; place: Place; k: readonly number[] },
): number[] {
  const { indices } = selectTop(scores, Math.max(...k));
  const isRelevant = ({ document, start, end }: Piece): boolean =>
    document === place.document && start < place.end && place.start < end;
  const relevant = pieces.filter(isRelevant).length;
  const documentRank = rankOfDocument(scores, pieces, place.document);
  const first = (cutoff: number): Piece[] => Array.from(indices.subarray(0, cutoff), (i) => pieces[i]);
  return [
    ...k.map((cutoff) => first(cutoff).filter(isRelevant).length / relevant),
    ...k.map((cutoff) => (documentRank <= cutoff ? 1 : 0)),
    ...k.map((cutoff) => (first(cutoff).some(({ text }) => text.includes(question.answer)) ? 1 : 0)),
  ];
}

/** 1 for the document of the best passage; a tie goes to the document that comes first. */
function rankOfDocument(scores: Float32Array, pieces: readonly Piece[], wanted: number): number {
  const best = new Map<number, number>();
  for (const [i, { document }] of pieces.entries())
    best.set(document, Math.max(best.get(document) ?? Number.NEGATIVE_INFINITY, scores[i]));
  const own = best.get(wanted)!;
  let rank = 1;
  for (const [document, score] of best) if (score > own || (score === own && document < wanted)) rank++;
  return rank;
}

function answerable(answers: readonly Place[], pieces: readonly Piece[]): number {
  const whole = answers.filter((answer) =>
    pieces.some(
      ({ document, start, end }) => document === answer.document && start <= answer.start && end >= answer.end,
    ),
  );
  return whole.length / answers.length;
}
