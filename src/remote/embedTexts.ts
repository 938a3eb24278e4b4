import { InputError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Endpoint } from "./endpoint.ts";
import { estimateTokens } from "./estimateTokens.ts";
import { inParallel } from "./inParallel.ts";
import { readEmbeddings } from "./readEmbeddings.ts";
import { RemoteError } from "./remoteError.ts";

const PATH = "/embeddings";
/** Estimated; APIs take some hundred thousand at most. */
const MOST_TOKENS_OF_BATCH = 100_000;

/**
 * Embeds texts: each different text once, batched, and from the cache where it was embedded before, whatever batch it
 * stood in. Batches that were answered stay in the cache when a later one fails.
 *
 * @returns [N, D], in the order of the texts
 * @throws {InputError} an empty text; {RemoteError} what `Endpoint.ask` throws, or another width than before
 */
export async function embedTexts(
  endpoint: Endpoint,
  texts: readonly string[],
  { onProgress }: { onProgress?: OnProgress } = {},
): Promise<Vectors> {
  const empty = texts.findIndex((text) => text.trim() === "");
  if (empty >= 0)
    throw new InputError("embedTexts", `text ${empty} is empty`, "APIs refuse empty texts: leave it out.");
  const { settings, cache, usage } = endpoint;
  const common = { model: settings.model, encoding_format: "float", ...dimensions(settings.dimensions) };
  const request = (text: string): unknown => endpoint.request(PATH, { ...common, input: [text] });
  const who = `${settings.url}${PATH}`;
  const known = new Map<string, Float32Array>();
  let width: number | undefined;
  const keep = (text: string, vector: Float32Array): void => {
    width ??= vector.length;
    if (vector.length !== width)
      throw new RemoteError("garbage", who, [
        `embeddings must all be ${width} wide, the cache or the API gave one of ${vector.length}`,
        "Has the model changed? Remove the cache.",
      ]);
    known.set(text, vector);
  };

  const all = [...new Set(texts)];
  const stored = (await inParallel(all, 16, async (text) => cache?.get(request(text)))) as (Stored | undefined)[];
  for (const [i, found] of stored.entries()) {
    if (found === undefined) continue;
    keep(all[i], unpack(found.vector));
    usage.add({ input: found.tokens, output: 0 }, true);
  }
  const report = (): void => onProgress?.({ done: known.size, total: all.length });
  report();
  const limit = Math.min(MOST_TOKENS_OF_BATCH, settings.tokensPerMinute ?? MOST_TOKENS_OF_BATCH);
  const missing = all.filter((text) => !known.has(text));
  const batches = batchesOf(missing, settings.batchSize ?? 64, limit);
  await inParallel(batches, settings.concurrency ?? 4, async (batch) => {
    const sizes = batch.map(estimateTokens);
    const answer = await endpoint.ask({
      path: PATH,
      body: { ...common, input: batch },
      tokens: sizes.reduce((a, b) => a + b, 0),
      read: (raw) => readEmbeddings(who, raw, batch.length, width),
    });
    usage.add({ input: answer.tokens, output: 0 }, false);
    const shares = share(answer.tokens, sizes);
    for (const [i, text] of batch.entries()) keep(text, answer.vectors[i]);
    await inParallel(batch, 16, async (text, i) =>
      cache?.put(request(text), { vector: pack(answer.vectors[i]), tokens: shares[i] } satisfies Stored),
    );
    report();
  });
  const d = width ?? 0;
  const data = new Float32Array(texts.length * d);
  for (const [i, text] of texts.entries()) data.set(known.get(text)!, i * d);
  return { data, n: texts.length, d };
}

/** What the cache keeps of a text: float32, little-endian, in base64. */
interface Stored {
  vector: string;
  tokens: number;
}

function dimensions(width: number | undefined): { dimensions?: number } {
  return width === undefined ? {} : { dimensions: width };
}

function batchesOf(texts: readonly string[], size: number, tokens: number): string[][] {
  const batches: string[][] = [];
  let open = Number.POSITIVE_INFINITY;
  for (const text of texts) {
    const cost = estimateTokens(text);
    const last = batches.at(-1);
    if (last !== undefined && last.length < size && open + cost <= tokens) {
      last.push(text);
      open += cost;
    } else {
      batches.push([text]);
      open = cost;
    }
  }
  return batches;
}

/** Deals a batch's tokens to its texts by their sizes, so that the parts are whole and sum to the whole. */
function share(tokens: number, sizes: readonly number[]): number[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  let [seen, dealt] = [0, 0];
  return sizes.map((size) => {
    seen += size;
    const upTo = Math.round((tokens * seen) / total);
    const part = upTo - dealt;
    dealt = upTo;
    return part;
  });
}

function pack(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [i, x] of vector.entries()) bytes.writeFloatLE(x, i * 4);
  return bytes.toString("base64");
}

function unpack(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}
