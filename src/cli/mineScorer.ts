import { InputError } from "../base/errors.ts";
import { sha256File } from "../base/hash.ts";
import { readJsonl } from "../base/jsonl.ts";
import type { ScoredPair, Scorer } from "../mine/rescore.ts";
import type { MineCommandOptions } from "./mineJob.ts";
import { encodeOptions, encoderOf, loadModel } from "./modelOptions.ts";
import type { Terminal } from "./terminal.ts";

/** A scorer, and what tells it from others. */
export interface KeyedScorer {
  scorer: Scorer;
  key: string;
}

const keyOf = ({ query, passage }: ScoredPair): string => JSON.stringify([query, passage]);

/**
 * The scorer that `--rescore` names, if it does: JSONL rows `{query, passage, score}`, a cross-encoder, or a second
 * embedder, which scores by cosine. With `--memory` it holds no text from one call to the next.
 *
 * @throws {InputError} a row that is no score, a pair scored twice, a model that cannot be loaded; later, pairs without a
 *         score
 */
export async function mineScorer(options: MineCommandOptions, terminal: Terminal): Promise<KeyedScorer | undefined> {
  const name = options.rescore;
  if (name === undefined) return undefined;
  if (/\.jsonl(\.gz)?$/.test(name)) return scoresOf(name);
  const [{ findModelFolder }, { isCrossEncoder }] = await Promise.all([
    import("../model/findModelFolder.ts"),
    import("../model/isCrossEncoder.ts"),
  ]);
  const folder = await findModelFolder(name, terminal.progress(`loading ${name}`));
  return isCrossEncoder(folder) ? crossEncoderOf(folder, options) : cosinesOf(folder, options, terminal);
}

async function scoresOf(path: string): Promise<KeyedScorer> {
  const scores = new Map<string, number>();
  for await (const { line, value } of readJsonl(path)) {
    const { query, passage, score } = (value ?? {}) as Partial<ScoredPair & { score: unknown }>;
    if (typeof query !== "string" || typeof passage !== "string" || typeof score !== "number")
      throw new InputError(
        `${path}:${line}`,
        `a row must have texts \`query\` and \`passage\` and a number \`score\`, got ${JSON.stringify(value).slice(0, 80)}`,
        "Mend or remove the line.",
      );
    const key = keyOf({ query, passage });
    if (scores.has(key)) throw new InputError(`${path}:${line}`, "this pair has a score already", "Remove the line.");
    scores.set(key, score);
  }
  const scorer: Scorer = (pairs) => {
    const missing = pairs.filter((pair) => !scores.has(keyOf(pair)));
    if (missing.length > 0)
      throw new InputError(
        path,
        `${missing.length} of the first ${pairs.length} pairs have no score, such as ${JSON.stringify(missing[0])}`,
        "Score all that --list candidates writes under the same options.",
      );
    return pairs.map((pair) => scores.get(keyOf(pair))!);
  };
  return { scorer, key: await sha256File(path) };
}

async function crossEncoderOf(folder: string, options: MineCommandOptions): Promise<KeyedScorer> {
  const [{ openEngine }, { CrossEncoder }, { weightsDigest }] = await Promise.all([
    import("../engine/openEngine.ts"),
    import("../model/crossEncoder.ts"),
    import("../model/weightsDigest.ts"),
  ]);
  const engine = await openEngine({ device: options.device, threads: options.threads });
  const model = await CrossEncoder.load(folder, { engine, maxLength: options.maxLength });
  const key = JSON.stringify(["cross-encoder", weightsDigest(model), how(options)]);
  return { scorer: (pairs) => model.scores(pairs, encodeOptions(options)), key };
}

async function cosinesOf(folder: string, options: MineCommandOptions, terminal: Terminal): Promise<KeyedScorer> {
  const [{ rememberTexts }, { cosine }, { modelKey }] = await Promise.all([
    import("../search/rememberTexts.ts"),
    import("../search/cosine.ts"),
    import("../model/modelKey.ts"),
  ]);
  const { queryPrompt = "", passagePrompt = "" } = options;
  const model = await loadModel(folder, options, terminal);
  const plain = encoderOf(model, options);
  const remembering = rememberTexts(plain);
  const scorer: Scorer = async (pairs) => {
    const encoder = options.memory === undefined ? remembering : rememberTexts(plain);
    const queries = await encoder.encode(pairs.map(({ query }) => queryPrompt + query));
    const passages = await encoder.encode(pairs.map(({ passage }) => passagePrompt + passage));
    return pairs.map((_, i) => cosine(queries, i, passages, i));
  };
  return { scorer, key: JSON.stringify(["cosine", modelKey(model, encodeOptions(options)).key, how(options)]) };
}

/** The options that scores hang on. */
function how({ maxLength, tokenBudget, autocast, device }: MineCommandOptions): unknown[] {
  return [maxLength, tokenBudget, autocast, device];
}
