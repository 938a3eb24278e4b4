import type { OnProgress } from "../base/progress.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine, Tensor } from "../engine/engine.ts";
import { RunningTop, type RunningTopInput } from "./runningTop.ts";
import type { Neighbours } from "./topK.ts";

/** How `nearestByEngine` cuts its work into blocks. */
export interface EngineBlocks {
  queryRows: number;
  corpusRows: number;
  onProgress?: OnProgress;
}

/** Candidates asked for beyond k in each block, so that near-ties at the k-th place are seen without a second look. */
const SPARE = 16;

/**
 * The search of `topK` by nothing but an engine's operations, for engines without a native search, such as a GPU: its
 * float32 product and its own top-k nominate, and `RunningTop` decides. The result is that of `topK`.
 *
 * @param input checked vectors with their norms
 */
export function nearestByEngine(engine: Engine, input: RunningTopInput, blocks: EngineBlocks): Neighbours {
  const { queries, queryNorms, corpus, corpusNorms } = input;
  const { queryRows, corpusRows, onProgress } = blocks;
  const { d } = queries;
  const top = new RunningTop(input);
  for (let q = 0; q < queries.n; q += queryRows) {
    const rows = Math.min(queryRows, queries.n - q);
    engine.tidy(() => {
      const block = engine.tensor(unitRows(queries, queryNorms, q, rows), [rows, d]);
      for (let c = 0; c < corpus.n; c += corpusRows) {
        const columns = Math.min(corpusRows, corpus.n - c);
        engine.tidy(() => {
          const other = engine.tensor(unitRows(corpus, corpusNorms, c, columns), [columns, d]);
          nominate(engine, engine.matmul(block, engine.transpose(other, 0, 1)), top, q, c);
        });
      }
    });
    onProgress?.({ done: q + rows, total: queries.n });
  }
  return top.result();
}

/** Hands the candidates of one block of approximate cosines [rows, columns] to `top`. */
function nominate(engine: Engine, product: Tensor, top: RunningTop, q: number, c: number): void {
  const [rows, columns] = product.shape;
  const asked = Math.min(top.k + SPARE, columns);
  const best = engine.topK(product, asked);
  const values = engine.toFloat32(best.values);
  const indices = engine.toInt32(best.indices);
  for (let row = 0; row < rows; row++) {
    const at = row * asked;
    const floor = top.floor(q + row, asked >= top.k ? values[at + top.k - 1] : Number.NEGATIVE_INFINITY);
    if (asked === columns || values[at + asked - 1] < floor) {
      for (let i = at; i < at + asked && values[i] >= floor; i++) top.offer(q + row, c + indices[i]);
      continue;
    }
    // More near-ties than were asked for: look at the whole row.
    const whole = engine.tidy(() => engine.toFloat32(engine.narrow(product, 0, row, 1)));
    for (let i = 0; i < columns; i++) if (whole[i] >= floor) top.offer(q + row, c + i);
  }
}

/** Rows from .. from + count at unit length; rows of zeros stay zeros. */
function unitRows({ data, d }: Vectors, norms: Float64Array, from: number, count: number): Float32Array {
  const unit = new Float32Array(count * d);
  for (let row = 0, at = from * d, to = 0; row < count; row++) {
    const factor = norms[from + row] === 0 ? 0 : 1 / norms[from + row];
    for (const end = to + d; to < end; to++, at++) unit[to] = data[at] * factor;
  }
  return unit;
}
