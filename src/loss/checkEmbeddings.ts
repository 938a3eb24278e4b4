import { ShapeError } from "../base/errors.ts";
import type { Tensor } from "../engine/engine.ts";

/** What `checkEmbeddings` looks at. */
export interface EmbeddingCheck {
  /** The loss that complains. */
  who: string;
  /** The embeddings by the name of their argument, e.g. `{ q, p }`. */
  embeddings: Readonly<Record<string, Tensor>>;
  /** Must all have the same number of rows? */
  sameRows: boolean;
  /** One sentence that says what to do. */
  todo: string;
}

/**
 * Checks at the door of a loss that its embeddings are float matrices of one width.
 *
 * @throws {ShapeError} that names the loss, the arguments and all shapes
 */
export function checkEmbeddings({ who, embeddings, sameRows, todo }: EmbeddingCheck): void {
  const names = Object.keys(embeddings);
  const tensors = Object.values(embeddings);
  const list = (words: readonly string[]): string => `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  const shapes = list(tensors.map((t) => `[${t.shape.join(", ")}]`));
  const [rows, width] = tensors[0].shape;
  const fits = (t: Tensor): boolean =>
    t.shape.length === 2 && t.shape[0] > 0 && t.shape[1] === width && (!sameRows || t.shape[0] === rows);
  if (!tensors.every(fits)) {
    const d = width ?? "D";
    const all = tensors.length === 2 ? "both" : "all";
    const want = sameRows ? `must ${all} be [B, ${d}]` : `must be matrices of one width, [rows, ${d}]`;
    throw new ShapeError(who, `${list(names)} ${want}, got ${shapes}`, todo);
  }
  const wrong = tensors.findIndex((t) => t.dtype !== "float32" && t.dtype !== "bfloat16");
  if (wrong >= 0)
    throw new ShapeError(who, `${names[wrong]} must hold floats, got ${tensors[wrong].dtype}`, "Pass embeddings.");
}
