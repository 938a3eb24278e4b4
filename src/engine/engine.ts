/** Element types. Checkpoints in other float types (float16, float64) are converted when they are read. */
export type DType = "float32" | "bfloat16" | "int64" | "int32" | "bool";

/** Where tensors live. */
export type Device = "cpu" | "cuda";

/** What `tensor` and `assign` take from JavaScript. Plain numbers become float32 unless a dtype is given. */
export type TensorData = readonly number[] | Float32Array | Int32Array | BigInt64Array | Uint8Array;

/**
 * A handle on an n-dimensional array inside an engine. It holds native memory: make it inside `tidy`, or free it.
 * Reading a freed tensor throws an EngineError.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A tensor or a number that is broadcast against one. */
export type Operand = Tensor | number;

/** Hyper-parameters of one fused AdamW step (Loshchilov & Hutter 2019, arXiv:1711.05101). */
export interface AdamWOptions {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  /** 1 for the first step. */
  step: number;
}

/** The tensors of one AdamW step, all four lists in the same order. `params`, `m` and `v` change in place. */
export interface AdamWState {
  params: readonly Tensor[];
  grads: readonly Tensor[];
  m: readonly Tensor[];
  v: readonly Tensor[];
}

/** Options of `attention`. */
export interface AttentionOptions {
  /** bool [.., Tq, Tk], true where a query may look; or float32, added to the scores. */
  mask?: Tensor;
  /** Each position looks at itself and before only. Default false. */
  causal?: boolean;
  /** Factor on the scores. Default 1 / sqrt(head size). */
  scale?: number;
}

/** Which positions a token may look at, inside its own text. */
export interface Sight {
  /** Itself and earlier ones only. */
  causal: boolean;
  /** Only positions nearer than this (causal), or at most this far (both sides), as transformers counts them. */
  window?: number;
}

/** Where the texts of a packed batch begin and end. */
export interface TextBounds {
  /** int32 [B + 1]: the text j is the rows bounds[j] .. bounds[j + 1] - 1. */
  bounds: Tensor;
  /** Rows of the longest text. */
  longest: number;
}

/** What an engine holds at present. */
export interface EngineMemory {
  /** Handles not yet freed. */
  tensors: number;
  /** Bytes of the storages behind them, each counted once per fresh result. */
  bytes: number;
}

/**
 * Tensor operations, their gradient, and the memory rules, so that models, losses and training are written once and
 * run on any engine that implements this. Gradients are recorded inside `valueAndGrad` only.
 *
 * Every operation throws an EngineError that names the operation, the shapes and what to do; none aborts the process.
 * Operands of arithmetic are broadcast as in NumPy. Negative dimensions count from the end.
 * A process group (data-parallel training) will be a further object beside an engine, not part of this interface.
 */
export interface Engine {
  /** For people, e.g. `torch 2.13.0, cpu`. */
  readonly name: string;
  readonly device: Device;

  // -- memory ------------------------------------------------------------------------------------------------------
  /** Runs `f` and frees every tensor made in it, but those it returns (alone, or inside arrays, plain objects and Maps) and those kept. `f` must not be async. */
  tidy<R>(f: () => R): R;
  /** Lets `t` outlive the open `tidy` scope. Returns `t`. */
  keep<T extends Tensor>(t: T): T;
  /** Frees tensors now. Freeing twice is harmless. */
  free(...tensors: Tensor[]): void;
  memory(): EngineMemory;

  // -- in and out --------------------------------------------------------------------------------------------------
  /** Copies `data` into a tensor. The dtype defaults to the data's own (number[] -> float32, Uint8Array -> bool). */
  tensor(data: TensorData, shape: readonly number[], dtype?: DType): Tensor;
  full(shape: readonly number[], value: number, dtype?: DType): Tensor;
  zerosLike(x: Tensor): Tensor;
  /** int64 [end - start]: start, start + 1, .. end - 1. */
  arange(start: number, end: number): Tensor;
  /** The values as float32, row-major. */
  toFloat32(x: Tensor): Float32Array;
  /** The values of an integer or bool tensor. @throws {EngineError} when one does not fit 32 bits */
  toInt32(x: Tensor): Int32Array;
  /** The single value of a tensor with one element. */
  item(x: Tensor): number;
  /** Copies the values of `source` into `target`, in place, casting and moving as needed. Shapes must be equal. */
  assign(target: Tensor, source: Tensor): void;

  // -- elementwise -------------------------------------------------------------------------------------------------
  add(a: Tensor, b: Operand): Tensor;
  sub(a: Tensor, b: Operand): Tensor;
  mul(a: Tensor, b: Operand): Tensor;
  div(a: Tensor, b: Operand): Tensor;
  pow(a: Tensor, exponent: number): Tensor;
  maximum(a: Tensor, b: Operand): Tensor;
  minimum(a: Tensor, b: Operand): Tensor;
  neg(x: Tensor): Tensor;
  abs(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  sqrt(x: Tensor): Tensor;
  rsqrt(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  silu(x: Tensor): Tensor;
  /** Exact (erf) GELU, or its tanh approximation. */
  gelu(x: Tensor, approximate?: boolean): Tensor;
  /** bool results */
  equal(a: Tensor, b: Operand): Tensor;
  less(a: Tensor, b: Operand): Tensor;
  greater(a: Tensor, b: Operand): Tensor;
  logicalNot(x: Tensor): Tensor;
  /** `a` where `condition` is true, else `b`. */
  where(condition: Tensor, a: Tensor, b: Operand): Tensor;
  cast(x: Tensor, dtype: DType): Tensor;
  /** The same values, cut off from the gradient. */
  stopGradient(x: Tensor): Tensor;

  // -- reductions --------------------------------------------------------------------------------------------------
  /** Over all elements, or over `dim`. */
  sum(x: Tensor, dim?: number, keepDim?: boolean): Tensor;
  mean(x: Tensor, dim?: number, keepDim?: boolean): Tensor;
  max(x: Tensor, dim?: number, keepDim?: boolean): Tensor;
  /** int64 */
  argmax(x: Tensor, dim: number): Tensor;
  softmax(x: Tensor, dim: number): Tensor;
  logSoftmax(x: Tensor, dim: number): Tensor;
  logSumExp(x: Tensor, dim: number, keepDim?: boolean): Tensor;
  /** The k greatest along the last dimension, greatest first; `indices` is int64. The order of ties is not defined. */
  topK(x: Tensor, k: number): { values: Tensor; indices: Tensor };

  // -- linear algebra and networks ---------------------------------------------------------------------------------
  matmul(a: Tensor, b: Tensor): Tensor;
  /** x [.., I], weight [O, I], bias [O] -> [.., O] */
  linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor;
  /** weight [V, H], ids int [..] -> [.., H] */
  embedding(weight: Tensor, ids: Tensor): Tensor;
  /** Over the last dimension. */
  layerNorm(x: Tensor, weight: Tensor, bias: Tensor | undefined, eps: number): Tensor;
  /** Over the last dimension (Zhang & Sennrich 2019, arXiv:1910.07467). */
  rmsNorm(x: Tensor, weight: Tensor, eps: number): Tensor;
  /** silu of the last dimension's first half, times its second half (Shazeer 2020, arXiv:2002.05202). [.., 2 I] -> [.., I] */
  swiglu(x: Tensor): Tensor;
  /**
   * Turns each pair (i, i + d / 2) of every head by its row's angles (Su et al. 2021, arXiv:2104.09864).
   * x [S, heads, d], cos and sin [S, d / 2]; no gradient flows to the angles.
   */
  rope(x: Tensor, cos: Tensor, sin: Tensor): Tensor;
  /** x / max(|x|, 1e-12) along the last dimension, Euclidean. */
  normalize(x: Tensor): Tensor;
  /** q [.., Hq, Tq, d], k and v [.., Hkv, Tk, d]; Hq a multiple of Hkv -> [.., Hq, Tq, d] */
  attention(q: Tensor, k: Tensor, v: Tensor, options?: AttentionOptions): Tensor;
  /**
   * Attention inside each text of a packed batch, all of them in one kernel. q [S, Hq, d], k and v [S, Hkv, d]; Hq a
   * multiple of Hkv -> [S, Hq, d], or undefined where this engine has no such kernel: then `attention` does it, text by
   * text.
   */
  attentionByText(q: Tensor, k: Tensor, v: Tensor, texts: TextBounds, sight: Sight): Tensor | undefined;
  /** Mean cross-entropy in nats. logits [N, C], targets int64 [N] in 0 .. C - 1 */
  crossEntropy(logits: Tensor, targets: Tensor): Tensor;

  // -- shape -------------------------------------------------------------------------------------------------------
  /** One size may be -1. */
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  transpose(x: Tensor, dim0: number, dim1: number): Tensor;
  permute(x: Tensor, dims: readonly number[]): Tensor;
  expand(x: Tensor, shape: readonly number[]): Tensor;
  cat(xs: readonly Tensor[], dim: number): Tensor;
  split(x: Tensor, sizes: readonly number[], dim: number): Tensor[];
  /** A view of `length` entries of `dim` from `start`. */
  narrow(x: Tensor, dim: number, start: number, length: number): Tensor;
  /** Rows of `dim` by int ids [K]. */
  indexSelect(x: Tensor, dim: number, ids: Tensor): Tensor;
  /** A copy of `x` with `source`'s slices added at `ids` of `dim`; an id may repeat. */
  indexAdd(x: Tensor, dim: number, ids: Tensor, source: Tensor): Tensor;
  /** out[i][j] = x[i][ids[i][j]] for dim 1; `ids` int64 */
  gather(x: Tensor, dim: number, ids: Tensor): Tensor;

  // -- training ----------------------------------------------------------------------------------------------------
  /**
   * Runs `f` with gradients recorded and differentiates its scalar result with respect to `wrt`.
   * A tensor that `f` does not use gets a gradient of zeros.
   * @throws {EngineError} when the result is not a single float, or `wrt` holds no float tensors
   */
  valueAndGrad(f: () => Tensor, wrt: readonly Tensor[]): { value: Tensor; grads: Tensor[] };
  /** Runs `f` with matrix products and attention in `dtype` and sensitive operations in float32, on copies cast once per call. */
  autocast<R>(dtype: "bfloat16", f: () => R): R;
  /** One fused AdamW step, in place. */
  adamW(state: AdamWState, options: AdamWOptions): void;
  /** Scales `grads` in place so that their joint Euclidean norm is at most `maxNorm`. @returns the norm before */
  clipGradNorm(grads: readonly Tensor[], maxNorm: number): number;
}

/** What `openEngine` takes. */
export interface EngineOptions {
  /** Default: `SULAM_DEVICE`, else `cpu`. */
  device?: Device;
  /** CPU threads inside one operation. Default: `OMP_NUM_THREADS`, else the number of physical cores. */
  threads?: number;
}
