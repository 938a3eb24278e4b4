import { RemoteError } from "./remoteError.ts";

/** The embeddings of one answer. */
export interface Embeddings {
  /** In the order of the texts, all of one width. */
  vectors: Float32Array[];
  /** As the API counted; 0 when it did not. */
  tokens: number;
}

/**
 * Reads an answer of `/embeddings` and checks it: as many vectors as texts, put in the order of their `index`, of one
 * width, every number finite in float32.
 *
 * @param width that earlier answers had
 * @throws {RemoteError} `garbage`: what was wanted and what came
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
export function readEmbeddings(who: string, answer: unknown, texts: number, width?: number): Embeddings {
  const { data, usage } = (answer ?? {}) as { data?: unknown; usage?: { prompt_tokens?: unknown } | null };
  const refuse = (problem: string): never => {
    throw new RemoteError("garbage", who, [problem, "Is this an API for embeddings of this model?"]);
  };
  if (!Array.isArray(data)) return refuse(`the answer must hold a list \`data\`, got ${shown(answer)}`);
  if (data.length !== texts) refuse(`${texts} texts must give as many embeddings, got ${data.length}`);
  const vectors: Float32Array[] = new Array(texts);
  for (const [i, item] of data.entries()) {
    const { index = i, embedding } = (item ?? {}) as { index?: unknown; embedding?: unknown };
    if (!Number.isInteger(index) || !((index as number) >= 0 && (index as number) < texts))
      refuse(`an index must be in 0 .. ${texts - 1}, got ${shown(index)}`);
    const at = index as number;
    if (vectors[at] !== undefined) refuse(`each text must have one embedding, text ${at} has two`);
    if (!Array.isArray(embedding) || embedding.length === 0)
      return refuse(`embedding ${at} must be a list of numbers, got ${shown(embedding)}`);
    const vector = Float32Array.from(embedding, (x) => (typeof x === "number" ? x : Number.NaN));
    const bad = vector.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) refuse(`embedding ${at} must hold finite numbers, got ${shown(embedding[bad])} at place ${bad}`);
    vectors[at] = vector;
  }
  const wanted = width ?? vectors[0]?.length;
  const other = vectors.findIndex((vector) => vector.length !== wanted);
  if (other >= 0) refuse(`embeddings must all be ${wanted} wide, embedding ${other} is ${vectors[other].length} wide`);
  const tokens = usage?.prompt_tokens;
  return { vectors, tokens: typeof tokens === "number" && Number.isFinite(tokens) ? tokens : 0 };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
