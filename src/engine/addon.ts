/** The native addon's functions (src/engine/native). Tensors are numbers there; -1 is a freed one, -2 is no tensor. */
export interface Addon {
  /** The number of an operation by its schema name, e.g. `aten::add.Tensor`. */
  resolve(schema: string): number;
  /** Runs an operation. `undefined` takes the schema's default. One result is a number, several are an array. */
  call(operation: number, wantsResult: boolean, ...args: AddonValue[]): number | (number | null)[] | undefined;
  /** Gradients of a scalar; null where it does not depend on an input. */
  gradient(result: number, inputs: number[]): (number | null)[];
  setGradMode(on: boolean): void;
  setRequiresGrad(ids: number[], on: boolean): void;
  detach(id: number): void;
  setAutocast(device: string, on: boolean): void;
  clearAutocastCache(): void;
  fromData(data: ArrayBufferView, shape: readonly number[], dtype: number, device: string): number;
  read(id: number, into: ArrayBufferView): void;
  mapFile(path: string, size: number): number;
  /** Fills the Euclidean norms of rows. The first row with NaN or an infinity, or -1. */
  norms(data: Float32Array, d: number, into: Float64Array): number;
  /** Exact search of some queries; `numbers` are d, from, rows, columns, the product type and k. */
  nearestRows(
    queries: Float32Array,
    queryNorms: Float64Array,
    corpus: Float32Array,
    corpusNorms: Float64Array,
    indices: Int32Array,
    scores: Float32Array,
    numbers: readonly number[],
  ): void;
  /** Pairs told apart by their distance, see `SiftedPairs`. `limits` are positive and negative, `numbers` as above with `normalize` for k. */
  sift(
    queries: Float32Array,
    queryNorms: Float64Array,
    corpus: Float32Array,
    corpusNorms: Float64Array,
    reach: Float64Array,
    limits: Float64Array,
    numbers: readonly number[],
  ): [ends: Int32Array, columns: Int32Array, low: Float32Array, high: Float32Array, far: Uint32Array];
  /** Fills the Euclidean distances of one row to others, each divided by its length. */
  distances(
    data: Float32Array,
    lengths: Float64Array,
    d: number,
    row: number,
    rows: Int32Array,
    into: Float64Array,
  ): void;
  /** 1 or 0 for float32, bfloat16 and int16 products: whether each is right on this CPU; whether each is the fastest. */
  productTypes(): number[];
  free(id: number): void;
  escape(id: number): void;
  shape(id: number): number[];
  dtype(id: number): number;
  memory(): [tensors: number, bytes: number];
  /** Not before `cudaProblem` was asked: torch remembers its first answer to whether there is CUDA. */
  info(): AddonInfo;
  torchVersion(): string;
  /** Not before torch's CUDA library was loaded. */
  cudaDevices(): number;
  /** Takes kernels that give the same bits each time, where torch has them. */
  setDeterministic(): void;
  setThreads(threads: number): void;
  openLibrary(path: string): void;
}

/** What an operation takes: a tensor's number, a scalar, a list of either, a name. */
export type AddonValue = number | boolean | string | null | undefined | readonly number[];

/** What the addon knows of itself and this machine. */
export interface AddonInfo {
  cpuCapability: string;
  threads: number;
  config: string;
}
