// The public names, in the order of the journey from a text to a tracked table.

// texts

export { chunkText } from "./data/chunkText.ts";
export { checkDataset } from "./data/collect/checkDataset.ts";
export { importDataset } from "./data/collect/importDataset.ts";
export type { Dataset, DatasetPart, Row } from "./data/dataset.ts";
export { type Example, examplesFrom } from "./data/examplesFrom.ts";
export { loadDataset } from "./data/loadDataset.ts";
export { readNpy, writeNpy } from "./data/npy.ts";
export { readExamples } from "./data/readExamples.ts";
export { readQuestionRows, readSimilarityRows } from "./data/readPoolRows.ts";
export { type RetrievalSet, readRetrievalSet } from "./data/readRetrievalSet.ts";
export { readBitext } from "./data/tasks/readBitext.ts";
export { readRerankingItems } from "./data/tasks/readRerankingItems.ts";
export { readStsPairs } from "./data/tasks/readStsPairs.ts";
export { readTriplets } from "./data/tasks/readTriplets.ts";

// tokens

export { loadTokenizer } from "./tokenizer/loadTokenizer.ts";
export type { Tokenizer } from "./tokenizer/tokenizer.ts";
export { trainBpe } from "./tokenizer/trainBpe.ts";

// embeddings

export { Random } from "./base/random.ts";
export type { Vectors } from "./base/vectors.ts";
export type { Engine, Tensor } from "./engine/engine.ts";
export { openEngine } from "./engine/openEngine.ts";
export { packBatch } from "./model/batch.ts";
export { CrossEncoder, type TextPair } from "./model/crossEncoder.ts";
export { Embedder } from "./model/embedder.ts";

// search

export { buildIndex } from "./corpus/buildIndex.ts";
export { openIndex } from "./corpus/openIndex.ts";
export { searchIndex } from "./corpus/searchIndex.ts";
export { Bm25, bm25 } from "./search/bm25.ts";
export type { Encoder } from "./search/encoder.ts";
export { rememberTexts } from "./search/rememberTexts.ts";
export { topK } from "./search/topK.ts";

// synthetic rows, and any OpenAI-compatible API

export { addNoise } from "./augment/addNoise.ts";
export { augment } from "./augment/augment.ts";
export { endpointGenerator } from "./augment/endpointGenerator.ts";
export { loadNoiseTables } from "./augment/loadNoiseTables.ts";
export { noiseGenerator } from "./augment/noiseGenerator.ts";
export { readParents } from "./augment/readParents.ts";
export { readPrompt } from "./augment/readPrompt.ts";
export { askChat } from "./remote/askChat.ts";
export { embedTexts } from "./remote/embedTexts.ts";
export { Endpoint } from "./remote/endpoint.ts";

// training

export { infoNce } from "./loss/infoNce.ts";
export { pairContrastive } from "./loss/pairContrastive.ts";
export { triplet } from "./loss/triplet.ts";
export { falseNegativePage } from "./mine/falseNegativePage.ts";
export { falseNegatives } from "./mine/falseNegatives.ts";
export { formatMined } from "./mine/formatMined.ts";
export { mineByThreshold } from "./mine/mineByThreshold.ts";
export { type MinedExamples, mineHardNegatives } from "./mine/mineHardNegatives.ts";
export { miningTexts } from "./mine/miningTexts.ts";
export type { VectorsOnDisk } from "./mine/stream/diskVectors.ts";
export {
  type DiskMineOptions,
  type DiskMiningInput,
  type MinedOnDisk,
  mineFromDisk,
} from "./mine/stream/mineFromDisk.ts";
export type { ShardCounts } from "./mine/stream/shards.ts";
export {
  type DiskThresholdInput,
  type DiskThresholdOptions,
  type KeptTexts,
  type ThresholdOnDisk,
  type ThresholdTexts,
  thresholdFromDisk,
} from "./mine/stream/thresholdFromDisk.ts";
export { thresholdPresets } from "./mine/thresholdPresets.ts";
export { train } from "./train/train.ts";

// tables

export type { Table } from "./base/table.ts";
export { bitextAccuracy } from "./eval/bitextAccuracy.ts";
export { bootstrapInterval } from "./eval/bootstrapInterval.ts";
export { compareAnswers } from "./eval/compareAnswers.ts";
export { compareSystems } from "./eval/compareSystems.ts";
export { evalTable } from "./eval/evalTable.ts";
export { evaluate } from "./eval/evaluate.ts";
export { evaluateReranking } from "./eval/evaluateReranking.ts";
export { evaluateRetrieval } from "./eval/evaluateRetrieval.ts";
export { evaluateSts } from "./eval/evaluateSts.ts";
export { findLeaks } from "./eval/findLeaks.ts";
export { pairedTest } from "./eval/pairedTest.ts";
export { correctedRag } from "./eval/protocol/correctedRag.ts";
export { correctedSimilarity } from "./eval/protocol/correctedSimilarity.ts";
export { evaluateProtocol } from "./eval/protocol/evaluateProtocol.ts";
export { paperRag } from "./eval/protocol/paperRag.ts";
export { paperSimilarity } from "./eval/protocol/paperSimilarity.ts";
export { evaluateRag } from "./eval/rag/evaluateRag.ts";
export { renderTable } from "./eval/renderTable.ts";
export { tripletAccuracy } from "./eval/tripletAccuracy.ts";
export { tuneHybrid } from "./eval/tuneHybrid.ts";

// runs

export { openStore } from "./track/openStore.ts";
export type { Run } from "./track/run.ts";
export { endRun, startRun } from "./track/startRun.ts";
export { withRun } from "./track/withRun.ts";

// experiments

export type { Experiment } from "./config/experiment.ts";
export { parseExperiment } from "./config/parseExperiment.ts";
export { reproduce } from "./lab/reproduce/reproduce.ts";
export { runExperiment } from "./lab/runExperiment.ts";
export type { Verification } from "./lab/verify/verification.ts";
export { verifyRun } from "./lab/verify/verifyRun.ts";

// errors and progress

export { ConfigError, EngineError, InputError, SetupError, ShapeError, SulamError } from "./base/errors.ts";
export type { OnProgress } from "./base/progress.ts";
