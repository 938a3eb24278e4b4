import type { Tensor } from "../../src/engine/engine.ts";
import type { Embedder } from "../../src/model/embedder.ts";
import { tokenBatches } from "../../src/model/tokenBatches.ts";

/** What `Embedder.encode` takes when it is not told. */
const TOKEN_BUDGET = 4096;

/**
 * The attention of encoding some texts, and nothing else: the batches and lengths of `Embedder.encode`, one call for the
 * texts of one length in each layer, on numbers that do not matter.
 *
 * @param lengths tokens of each text
 * @returns CPU seconds, after one time that does not count
 */
export function attentionAlone(model: Embedder, lengths: readonly number[]): number {
  attendOnce(model, lengths);
  const start = process.cpuUsage();
  attendOnce(model, lengths);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function attendOnce({ engine, config }: Embedder, lengths: readonly number[]): void {
  const { hiddenSize, numAttentionHeads: heads, numHiddenLayers } = config;
  const decoder = "headDim" in config ? config : undefined;
  const width = decoder?.headDim ?? hiddenSize / heads;
  for (const batch of tokenBatches(lengths, TOKEN_BUDGET)) {
    const counts = new Map<number, number>();
    for (const text of batch) counts.set(lengths[text], (counts.get(lengths[text]) ?? 0) + 1);
    for (const [length, count] of counts)
      engine.tidy(() => {
        const made = (some: number): Tensor => engine.full([count, some, length, width], 0.5);
        const [q, k] = [made(heads), made(decoder?.numKeyValueHeads ?? heads)];
        const causal = (decoder?.causal ?? false) && length > 1;
        for (let layer = 0; layer < numHiddenLayers; layer++) engine.tidy(() => engine.attention(q, k, k, { causal }));
      });
  }
}
