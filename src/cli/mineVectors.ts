import { InputError } from "../base/errors.ts";
import type { Vectors } from "../base/vectors.ts";
import type { Engine } from "../engine/engine.ts";
import type { Encoder } from "../search/encoder.ts";
import type { MineJob } from "./mineJob.ts";
import { encoderOf, loadModel } from "./modelOptions.ts";

/** The vectors of texts, and where they are compared. */
export interface TextVectors {
  vectors: Vectors;
  engine: Engine;
}

/**
 * The model of a job, or the vectors of its `.npy` file.
 *
 * @param texts how many vectors the file must hold
 * @throws {InputError} another number of vectors, and what reading or loading throws
 */
export async function mineVectors(job: MineJob, texts: () => Promise<number>): Promise<Encoder | TextVectors> {
  const { source = "", options, terminal } = job;
  if (!source.endsWith(".npy")) return encoderOf(await loadModel(source, options, terminal), options);
  const [{ readNpy }, { openEngine }] = await Promise.all([
    import("../data/npy.ts"),
    import("../engine/openEngine.ts"),
  ]);
  const [vectors, wanted] = await Promise.all([readNpy(source), texts()]);
  if (vectors.n !== wanted)
    throw new InputError(
      source,
      `holds ${vectors.n} vectors, there are ${wanted} distinct texts`,
      "Encode the texts that --list texts writes, in their order.",
    );
  return { vectors, engine: await openEngine({ device: options.device, threads: options.threads }) };
}
