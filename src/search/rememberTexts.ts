import { ShapeError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Encoder } from "./encoder.ts";

/**
 * The same encoder, but no text is encoded twice, within a call or across calls: its vector is kept in memory, so equal
 * texts have equal vectors to the last bit. Wrap a model only while its weights stay as they are.
 *
 * @throws {ShapeError} when the encoder gives another number of rows than texts, or rows of another width than before
 */
export function rememberTexts(encoder: Encoder): Encoder {
  const known = new Map<string, Float32Array>();
  let width = 0;
  return {
    engine: encoder.engine,
    async encode(texts, options): Promise<Vectors> {
      const fresh = [...new Set(texts)].filter((text) => !known.has(text));
      if (fresh.length > 0) {
        const { data, n, d } = await encoder.encode(fresh, options);
        if (n !== fresh.length || data.length !== n * d || (known.size > 0 && d !== width))
          throw new ShapeError(
            "rememberTexts",
            `the encoder must give [${fresh.length}, ${known.size > 0 ? width : "D"}], got [${n}, ${d}]`,
            "Give each text one vector, all of one width.",
          );
        width = d;
        for (const [i, text] of fresh.entries()) known.set(text, data.slice(i * d, (i + 1) * d));
      }
      const data = new Float32Array(texts.length * width);
      for (const [i, text] of texts.entries()) data.set(known.get(text)!, i * width);
      return { data, n: texts.length, d: width };
    },
  };
}
