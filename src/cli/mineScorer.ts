import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/jsonl.ts";
import type { ScoredPair, Scorer } from "../mine/rescore.ts";
import type { MineCommandOptions } from "./mineJob.ts";
import { encodeOptions, encoderOf, loadModel } from "./modelOptions.ts";
import type { Terminal } from "./terminal.ts";

const keyOf = ({ query, passage }: ScoredPair): string => JSON.stringify([query, passage]);

/**
 * The scorer that `--rescore` names, if it does: JSONL rows `{query, passage, score}`, a cross-encoder, or a second embedder, which
 * scores by cosine.
 *
 * @throws {InputError} a row that is no score, a pair scored twice, a model that cannot be loaded; later, pairs without a
 *         score
 */
export async function mineScorer(options: MineCommandOptions, terminal: Terminal): Promise<Scorer | undefined> {
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

async function scoresOf(path: string): Promise<Scorer> {
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
  return (pairs) => {
    const missing = pairs.filter((pair) => !scores.has(keyOf(pair)));
    if (missing.length > 0)
      throw new InputError(
        path,
        `${missing.length} of the first ${pairs.length} pairs have no score, such as ${JSON.stringify(missing[0])}`,
        "Score all that --list candidates writes under the same options.",
      );
    return pairs.map((pair) => scores.get(keyOf(pair))!);
  };
}

async function crossEncoderOf(folder: string, options: MineCommandOptions): Promise<Scorer> {
  const [{ openEngine }, { CrossEncoder }] = await Promise.all([
    import("../engine/openEngine.ts"),
    import("../model/crossEncoder.ts"),
  ]);
  const engine = await openEngine({ device: options.device, threads: options.threads });
  const model = await CrossEncoder.load(folder, { engine, maxLength: options.maxLength });
  return (pairs) => model.scores(pairs, encodeOptions(options));
}

async function cosinesOf(folder: string, options: MineCommandOptions, terminal: Terminal): Promise<Scorer> {
  const [{ rememberTexts }, { cosine }] = await Promise.all([
    import("../search/rememberTexts.ts"),
    import("../search/cosine.ts"),
  ]);
  const { queryPrompt = "", passagePrompt = "" } = options;
  const encoder = rememberTexts(encoderOf(await loadModel(folder, options, terminal), options));
  return async (pairs) => {
    const queries = await encoder.encode(pairs.map(({ query }) => queryPrompt + query));
    const passages = await encoder.encode(pairs.map(({ passage }) => passagePrompt + passage));
    return pairs.map((_, i) => cosine(queries, i, passages, i));
  };
}
