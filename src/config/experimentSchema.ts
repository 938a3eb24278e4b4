import { z } from "zod";
import { CHUNK_FORMS, chunkForm } from "./chunkForm.ts";
import type { MineSettings, TrainingSettings, TrainSettings, WrittenExperiment } from "./experiment.ts";
import { noiseKinds } from "./noiseKinds.ts";

const splits = ["train", "dev", "test"] as const;
const count = z.int().min(1);
const field = z.string().min(1);
/** Names of systems are paths of `--set`, parts of metrics and folders of weights: no dot, no leading sign. */
const systemName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]*$/u);

const dataShape = {
  trainFields: z
    .array(field)
    .default(["query", "queryColloquial", "paraphrase", "english", "indonesian"])
    .describe("each of these fields of a row makes one training pair with its passage; [] = only `more` trains"),
  trainSplits: z.array(z.enum(splits)).min(1).default(["train"]).describe("splits that train; they go by topic"),
  withoutDomains: z.array(field).optional().describe("domains whose rows do not train; default: none"),
  more: z
    .array(field)
    .refine((paths) => new Set(paths).size === paths.length, "must name each file once")
    .optional()
    .describe("files of further training pairs, such as `augment` and `mine` write; default: none"),
};

const data = z.strictObject({
  name: field.default("malay-mini").describe("a registered dataset, or a .jsonl, .csv, .parquet or .arrow file"),
  ...dataShape,
});

const fresh = z
  .strictObject({
    type: z.enum(["mistral", "llama"]).default("mistral").describe("architecture"),
    hiddenSize: count.default(256).describe("H, width of the hidden states"),
    numHiddenLayers: count.default(4).describe("transformer layers"),
    numAttentionHeads: count.default(4).describe("query heads; hiddenSize must be a multiple"),
    numKeyValueHeads: count.default(2).describe("key and value heads; numAttentionHeads must be a multiple"),
    intermediateSize: count.default(768).describe("width of the SwiGLU feed-forward layer"),
    embeddingSize: count.optional().describe("D, width of an embedding, by a dense layer; default: hiddenSize"),
    pooling: z.enum(["mean", "lasttoken", "cls"]).default("mean").describe("how token states become one vector"),
    causal: z.boolean().default(false).describe("tokens see only what stands before them"),
    initialize: z
      .enum(["unit", "normal"])
      .default("unit")
      .describe("unit = unit-variance embeddings, zero residual outputs; normal = N(0, .02)"),
    vocabSize: z.int().min(300).default(4000).describe("tokens of a BPE trained on the training texts"),
  })
  .refine((m) => m.hiddenSize % m.numAttentionHeads === 0, {
    path: ["hiddenSize"],
    message: "must be a multiple of numAttentionHeads",
  })
  .refine((m) => m.numAttentionHeads % m.numKeyValueHeads === 0, {
    path: ["numAttentionHeads"],
    message: "must be a multiple of numKeyValueHeads",
  });

const model = z.strictObject({
  name: field.optional().describe("a registered model, a folder, or a Hugging Face Hub name; default: minilm"),
  fresh: fresh.optional().describe("in place of `name`: a model that starts from random weights"),
  maxLength: count.optional().describe("longest text in tokens, rest cut off; default: the model's own"),
});

const mineShape = {
  perQuery: count.default(5).describe("negatives wanted for each pair"),
  window: z
    .tuple([z.int().min(0), count])
    .default([10, 100])
    .describe("ranks [from, to) of the candidates, 0 = most similar"),
  margin: z.number().min(0).optional().describe("a negative scores at least this far below the positive"),
  relativeMargin: z.number().min(0).max(1).optional().describe("the same as a share of the positive's score"),
  minScore: z.number().optional().describe("least score of a negative: a cosine, or what `rescore` gives"),
  maxScore: z.number().optional().describe("greatest score of a negative"),
  dropGroup: z.boolean().default(false).describe("never take a passage of the positive's own topic"),
  sampling: z
    .enum(["top", "random"])
    .default("top")
    .describe("top = most similar first; random = seeded, from the window"),
  rescore: field
    .optional()
    .describe("a cross-encoder (a folder or a Hub name) whose scores rank and filter; default: cosines do"),
};

const loss = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("infoNce").describe("in-batch softmax (arXiv:1807.03748)"),
    temperature: z.number().gt(0).max(10).default(0.02).describe("scores are divided by it"),
    bothDirections: z.boolean().default(false).describe("passages must find their queries too"),
  }),
  z.strictObject({
    name: z.literal("pairContrastive").describe("cosine distance, pulled together or pushed beyond the margin"),
    margin: z.number().gt(0).max(2).default(0.5).describe("cosine distance"),
  }),
  z.strictObject({
    name: z.literal("triplet").describe("the positive nearer than the negative, by the margin"),
    margin: z.number().gt(0).default(1).describe("in the unit of the distance"),
    distance: z.enum(["euclidean", "cosine"]).default("euclidean").describe("between two embeddings"),
  }),
]);

const trainShape = {
  loss: loss.prefault({ name: "infoNce" }).describe("what is minimised"),
  epochs: count.default(1).describe("passes over the pairs"),
  batchSize: z.int().min(2).default(32).describe("pairs of a step"),
  lr: z.number().gt(0).max(10).default(1e-4).describe("peak learning rate of AdamW"),
  maxSteps: count.optional().describe("stop after so many steps; default: all steps of the epochs"),
  warmupSteps: z.int().min(0).optional().describe("steps of linear warm-up; default: 20, or a tenth of a shorter run"),
  schedule: z.enum(["linear", "cosine", "constant"]).default("linear").describe("decay after the warm-up, to 0"),
  maxLength: count.default(128).describe("longest text in tokens, rest cut off"),
  tokenBudget: z.int().min(8).default(16384).describe("most tokens at once; a step with more is computed in parts"),
  clipNorm: z.number().gt(0).optional().describe("gradients are scaled down to this joint norm; default: never"),
  weightDecay: z.number().min(0).max(1).default(0.01).describe("AdamW's decoupled decay, on matrices only"),
  decayAll: z.boolean().default(false).describe("decay norms and biases too, as torch's AdamW does"),
  maskGroup: z.boolean().default(true).describe("passages of the query's own topic that answer it are no negatives"),
  batches: z
    .enum(["shuffled", "groupsApart", "passagesTogether", "groupsTogether"])
    .default("shuffled")
    .describe("pairs that share a step: any, no two of a topic, all of a passage, or all of a topic"),
  negativesPerQuery: count.optional().describe("negatives of a pair drawn for a step; default: all"),
  autocast: z.boolean().default(false).describe("matrix products in bfloat16: faster where the processor has it"),
  checkpointEverySteps: count.optional().describe("save a checkpoint this often; default: only when interrupted"),
};

/** The same fields, none required and none with a default: what a system says differently from the experiment. */
function differences<T>(shape: Record<string, z.ZodType>): z.ZodType<Partial<T>> {
  const bare = Object.entries(shape).map(([key, type]) => [
    key,
    type instanceof z.ZodDefault || type instanceof z.ZodPrefault ? type.unwrap() : type,
  ]);
  return z.strictObject(Object.fromEntries(bare)).partial() as unknown as z.ZodType<Partial<T>>;
}

const system = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("bm25").describe("lexical baseline"),
    k1: z.number().min(0).max(10).default(1.2).describe("saturation of a term's count"),
    b: z.number().min(0).max(1).default(0.75).describe("how far length counts"),
  }),
  z.strictObject({
    kind: z.literal("base").describe("a model as it comes, untrained"),
    model: field
      .optional()
      .describe("a registered model, a folder, or a Hugging Face Hub name; default: the experiment's model"),
    maxLength: count.optional().describe("longest text of `model` in tokens; default: the model's own"),
  }),
  z.strictObject({
    kind: z.literal("finetune").describe("a model, trained"),
    from: field.optional().describe("the base or finetune system to start from; default: the experiment's model"),
    negatives: z.enum(["inBatch", "mined"]).default("inBatch").describe("inBatch alone, or mined hard negatives too"),
    mineWith: field.optional().describe("the base or finetune system that mines; default: the model it starts from"),
    data: differences<TrainingSettings>(dataShape).default({}).describe("what differs from the experiment's data"),
    train: differences<TrainSettings>(trainShape).default({}).describe("what differs from the experiment's train"),
    mine: differences<MineSettings>(mineShape).default({}).describe("what differs from the experiment's mine"),
  }),
  z.strictObject({
    kind: z.literal("hybrid").describe("cosine + weight * BM25 / the query's greatest BM25"),
    dense: field.describe("name of a base, finetune or endpoint system"),
    lexical: field.optional().describe("name of a bm25 system; default: the only one"),
    weight: z
      .union([z.number().min(0).max(100), z.literal("dev")])
      .default("dev")
      .describe("a number, or dev: chosen on the dev split"),
  }),
  z.strictObject({
    kind: z.literal("endpoint").describe("embeddings of any OpenAI-compatible API"),
    url: field.describe("the part of its address before /embeddings, e.g. http://127.0.0.1:8080/v1"),
    model: field.describe("as the API calls it"),
    keyVariable: field.optional().describe("environment variable that holds the key; default: no key is sent"),
    dimensions: count.optional().describe("asks for embeddings of this width; default: the model's own"),
    batchSize: count.max(2048).default(64).describe("texts of a request"),
    concurrency: count.max(256).default(4).describe("requests on their way at once"),
    requestsPerMinute: count.optional().describe("most requests within 60 seconds; default: no limit"),
    tokensPerMinute: count.optional().describe("most tokens, as estimated; default: no limit"),
    timeoutSeconds: z.number().gt(0).max(3600).default(60).describe("for a whole answer"),
    retries: z.int().min(0).max(20).default(6).describe("how often a request is sent again"),
    dollarsPerMillionTokens: z.number().min(0).optional().describe("price, for the run's metrics; default: unknown"),
  }),
]);

const noise = z.strictObject({
  strengths: z
    .array(z.number().gt(0).max(1))
    .min(1)
    .default([0.2, 0.4, 0.8])
    .describe("shares of the words that are changed, a line of the table for each field and strength"),
  kinds: z
    .array(z.enum(noiseKinds))
    .min(1)
    .default([...noiseKinds])
    .describe("which kinds of noise"),
  dialect: field.optional().describe("one of datasets/malay-noise; default: one drawn for each query"),
  seed: z.int().min(0).default(0).describe("of the draws"),
});

const rag = z.strictObject({
  perDocument: count.default(24).describe("passages of a document, in random order, of one domain"),
  chunks: z
    .array(field.refine((text) => chunkForm(text) !== undefined, `must be ${CHUNK_FORMS}`))
    .min(1)
    .default(["whole", "paragraphs:512", "paragraphs:128", "sentences:64", "words:128:32"])
    .describe("ways of cutting the documents, a line of the table each: whole, or UNIT:WORDS[:SHARED]"),
  k: z.array(count).min(1).default([1, 5]).describe("cut-offs of its measures"),
});

const evaluate = z.strictObject({
  split: z.enum(splits).default("test").describe("whose queries; they search all passages"),
  fields: z
    .array(field)
    .min(1)
    .default(["query", "queryColloquial", "english", "indonesian"])
    .describe("query fields, one line of the table each"),
  k: z.array(count).min(1).default([1, 3, 5, 10]).describe("the k of Recall@k"),
  intervals: z
    .strictObject({
      resamples: count.default(1000).describe("bootstrap resamples of topics"),
      seed: z.int().min(0).default(0).describe("of the resampling"),
    })
    .prefault({})
    .describe("95 % percentile intervals"),
  noise: noise.optional().describe("when given, queries are measured noised too: Malay chat, dialects, typing errors"),
  rag: rag.optional().describe("when given, long documents made of the passages are searched too, cut in several ways"),
  allowLeaks: z.boolean().default(false).describe("measure although training has seen texts of the split"),
});

/** What a file says, checked and with defaults, before `parseExperiment` lays differences over settings. */
export const experimentSchema: z.ZodType<WrittenExperiment> = z.strictObject({
  name: field.describe("of the run"),
  experiment: field.default("malay-embed").describe("the tracker's shelf that the run stands on"),
  seed: z.int().min(0).max(4294967295).default(0).describe("same seed, same machine: same weights, bit for bit"),
  device: z.enum(["cpu", "cuda"]).optional().describe("default: SULAM_DEVICE, else cpu"),
  threads: z.int().min(1).max(1024).optional().describe("CPU threads; default: the physical cores"),
  data: data.prefault({}).describe("what is trained on"),
  model: model.prefault({}).describe("the experiment's own model: `name` or `fresh`"),
  mine: z.strictObject(mineShape).prefault({}).describe("hard negatives, for systems that say negatives: mined"),
  train: z.strictObject(trainShape).prefault({}).describe("for systems of kind finetune"),
  systems: z
    .record(systemName, system)
    .describe("the lines of the table, by name: bm25, base, finetune, hybrid or endpoint"),
  evaluate: evaluate.prefault({}).describe("what is measured"),
});
