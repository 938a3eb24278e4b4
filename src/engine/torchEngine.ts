import { EngineError } from "../base/errors.ts";
import { adamWStep } from "./adamWStep.ts";
import type { Addon } from "./addon.ts";
import { checkIds, rangeOf } from "./checkIds.ts";
import { clipByNorm } from "./clipByNorm.ts";
import { dtypes } from "./dtypes.ts";
import type {
  AdamWOptions,
  AdamWState,
  AttentionOptions,
  Device,
  DType,
  Engine,
  EngineMemory,
  Operand,
  Sight,
  Tensor,
  TensorData,
  TextBounds,
} from "./engine.ts";
import { GradientTape } from "./gradientTape.ts";
import type { OperationName } from "./operations.ts";
import { idOf, type Scopes } from "./scopes.ts";
import { checkData } from "./tensorData.ts";
import { TorchCalls } from "./torchCalls.ts";
import { torchError } from "./torchError.ts";
import { TorchTensor } from "./torchTensor.ts";

/** The engine on libtorch: every operation is one or two calls of ATen's dispatcher. See `Engine` for what they do. */
export class TorchEngine implements Engine {
  readonly name: string;
  readonly device: Device;
  /** The native addon, for the rooms' own files that read and write tensors' bytes. */
  readonly addon: Addon;
  readonly scopes: Scopes;
  readonly calls: TorchCalls;
  private readonly tape: GradientTape;
  private autocasts = 0;
  /** True once integers were changed in place: from then on no tensor's range is known. */
  private intsChanged = false;

  constructor(addon: Addon, scopes: Scopes, device: Device) {
    this.name = `torch ${addon.torchVersion()}, ${device}`;
    this.device = device;
    this.addon = addon;
    this.scopes = scopes;
    this.calls = new TorchCalls(addon, scopes);
    this.tape = new GradientTape(addon, scopes, this.calls);
  }

  // -- memory ------------------------------------------------------------------------------------------------------
  tidy<R>(f: () => R): R {
    return this.scopes.tidy(f);
  }
  keep<T extends Tensor>(t: T): T {
    const tensor = this.own("keep", t);
    this.scopes.keep(tensor);
    this.tape.noteKept(tensor);
    return t;
  }
  free(...tensors: Tensor[]): void {
    for (const tensor of tensors) this.scopes.free(this.own("free", tensor));
  }
  memory(): EngineMemory {
    const [tensors, bytes] = this.addon.memory();
    return { tensors, bytes };
  }

  // -- in and out --------------------------------------------------------------------------------------------------
  tensor(data: TensorData, shape: readonly number[], dtype?: DType): Tensor {
    const checked = checkData(data, shape, dtype);
    try {
      const made = this.scopes.own(this.addon.fromData(checked.data, shape, dtypes.codeOf[checked.dtype], this.device));
      if (this.device === "cuda" && checked.dtype.startsWith("int")) made.valueRange = rangeOf(checked.data);
      return made;
    } catch (error) {
      throw torchError("tensor", error);
    }
  }
  full(shape: readonly number[], value: number, dtype: DType = "float32"): Tensor {
    return this.calls.one("full", shape, value, dtypes.codeOf[dtype], null, this.device);
  }
  zerosLike(x: Tensor): Tensor {
    return this.calls.one("zerosLike", idOf(x));
  }
  arange(start: number, end: number): Tensor {
    return this.calls.one("arange", start, end, dtypes.codeOf.int64, null, this.device);
  }
  toFloat32(x: Tensor): Float32Array {
    return this.read("toFloat32", x, (n) => new Float32Array(n));
  }
  toInt32(x: Tensor): Int32Array {
    const { dtype } = this.own("toInt32", x);
    if (dtype === "float32" || dtype === "bfloat16")
      throw new EngineError("toInt32", `expected an integer or bool tensor, got ${dtype}`, "Use `toFloat32`.");
    const values = this.read("toInt32", x, (n) => new Float64Array(n));
    const odd = values.find((v) => v !== (v | 0));
    if (odd === undefined) return Int32Array.from(values);
    throw new EngineError("toInt32", `the value ${odd} does not fit 32 bits`, "Keep such values inside the engine.");
  }
  item(x: Tensor): number {
    if (this.own("item", x).shape.some((n) => n !== 1))
      throw new EngineError("item", `expected one element, got [${x.shape.join(", ")}]`, "Use `toFloat32`.");
    return this.read("item", x, () => new Float64Array(1))[0];
  }
  assign(target: Tensor, source: Tensor): void {
    if (this.own("assign", target).shape.join() !== this.own("assign", source).shape.join()) {
      const got = `[${target.shape.join(", ")}] and [${source.shape.join(", ")}]`;
      throw new EngineError("assign", `the shapes differ, got ${got}`, "Use `reshape` or `expand` on the source.");
    }
    // Whatever views share its memory change with it.
    if (target.dtype.startsWith("int")) this.intsChanged = true;
    this.tape.unrecorded(() => this.calls.inPlace("copyInto", idOf(target), idOf(source)));
  }

  // -- elementwise -------------------------------------------------------------------------------------------------
  add(a: Tensor, b: Operand): Tensor {
    return this.binary("addTensor", "addScalar", a, b);
  }
  sub(a: Tensor, b: Operand): Tensor {
    return this.binary("subTensor", "subScalar", a, b);
  }
  mul(a: Tensor, b: Operand): Tensor {
    return this.binary("mulTensor", "mulScalar", a, b);
  }
  div(a: Tensor, b: Operand): Tensor {
    return this.binary("divTensor", "divScalar", a, b);
  }
  pow(a: Tensor, exponent: number): Tensor {
    return this.calls.one("pow", this.sensitive(a), exponent);
  }
  maximum(a: Tensor, b: Operand): Tensor {
    return this.binary("maximumTensor", "maximumScalar", a, b);
  }
  minimum(a: Tensor, b: Operand): Tensor {
    return this.binary("minimumTensor", "minimumScalar", a, b);
  }
  neg(x: Tensor): Tensor {
    return this.calls.one("neg", idOf(x));
  }
  abs(x: Tensor): Tensor {
    return this.calls.one("abs", idOf(x));
  }
  exp(x: Tensor): Tensor {
    return this.calls.one("exp", this.sensitive(x));
  }
  log(x: Tensor): Tensor {
    return this.calls.one("log", this.sensitive(x));
  }
  sqrt(x: Tensor): Tensor {
    return this.calls.one("sqrt", idOf(x));
  }
  rsqrt(x: Tensor): Tensor {
    return this.calls.one("rsqrt", this.sensitive(x));
  }
  tanh(x: Tensor): Tensor {
    return this.calls.one("tanh", idOf(x));
  }
  sigmoid(x: Tensor): Tensor {
    return this.calls.one("sigmoid", idOf(x));
  }
  relu(x: Tensor): Tensor {
    return this.calls.one("relu", idOf(x));
  }
  silu(x: Tensor): Tensor {
    return this.calls.one("silu", idOf(x));
  }
  gelu(x: Tensor, approximate = false): Tensor {
    return this.calls.one("gelu", idOf(x), approximate ? "tanh" : "none");
  }
  equal(a: Tensor, b: Operand): Tensor {
    return this.binary("equalTensor", "equalScalar", a, b);
  }
  less(a: Tensor, b: Operand): Tensor {
    return this.binary("lessTensor", "lessScalar", a, b);
  }
  greater(a: Tensor, b: Operand): Tensor {
    return this.binary("greaterTensor", "greaterScalar", a, b);
  }
  logicalNot(x: Tensor): Tensor {
    return this.calls.one("logicalNot", idOf(x));
  }
  where(condition: Tensor, a: Tensor, b: Operand): Tensor {
    const [c, x] = [idOf(condition), idOf(a)];
    return typeof b === "number"
      ? this.calls.one("whereScalar", c, x, b)
      : this.calls.one("whereTensor", c, x, idOf(b));
  }
  cast(x: Tensor, dtype: DType): Tensor {
    return this.calls.one("cast", idOf(x), dtypes.codeOf[dtype]);
  }
  stopGradient(x: Tensor): Tensor {
    return this.calls.one("detach", idOf(x));
  }

  // -- reductions --------------------------------------------------------------------------------------------------
  sum(x: Tensor, dim?: number, keepDim = false): Tensor {
    const id = this.sensitive(x);
    return dim === undefined ? this.calls.one("sum", id) : this.calls.one("sumDim", id, [dim], keepDim);
  }
  mean(x: Tensor, dim?: number, keepDim = false): Tensor {
    const id = this.sensitive(x);
    return dim === undefined ? this.calls.one("mean", id) : this.calls.one("meanDim", id, [dim], keepDim);
  }
  max(x: Tensor, dim?: number, keepDim = false): Tensor {
    return this.calls.one("max", idOf(x), dim === undefined ? [] : [dim], keepDim);
  }
  argmax(x: Tensor, dim: number): Tensor {
    return this.calls.one("argmax", idOf(x), dim);
  }
  softmax(x: Tensor, dim: number): Tensor {
    return this.calls.one("softmax", this.sensitive(x), dim);
  }
  logSoftmax(x: Tensor, dim: number): Tensor {
    return this.calls.one("logSoftmax", this.sensitive(x), dim);
  }
  logSumExp(x: Tensor, dim: number, keepDim = false): Tensor {
    return this.calls.one("logSumExp", this.sensitive(x), [dim], keepDim);
  }
  topK(x: Tensor, k: number): { values: Tensor; indices: Tensor } {
    const [values, indices] = this.calls.many("topK", idOf(x), k);
    return { values, indices };
  }

  // -- linear algebra and networks ---------------------------------------------------------------------------------
  matmul(a: Tensor, b: Tensor): Tensor {
    return this.calls.one("matmul", idOf(a), idOf(b));
  }
  linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    return this.calls.one("linear", idOf(x), idOf(weight), bias && idOf(bias));
  }
  embedding(weight: Tensor, ids: Tensor): Tensor {
    checkIds(this, "embedding", ids, weight, 0);
    return this.calls.one("embedding", idOf(weight), idOf(ids));
  }
  layerNorm(x: Tensor, weight: Tensor, bias: Tensor | undefined, eps: number): Tensor {
    const size = [this.own("layerNorm", x).shape.at(-1) ?? 1];
    return this.calls.one("layerNorm", this.sensitive(x), size, idOf(weight), bias && idOf(bias), eps);
  }
  rmsNorm(x: Tensor, weight: Tensor, eps: number): Tensor {
    return this.calls.one("rmsNorm", this.sensitive(x), idOf(weight), eps);
  }
  swiglu(x: Tensor): Tensor {
    return this.calls.one("swiglu", idOf(x));
  }
  rope(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
    return this.calls.one("rope", idOf(x), idOf(cos), idOf(sin));
  }
  normalize(x: Tensor): Tensor {
    const id = this.sensitive(x);
    const norm = this.calls.one("maximumScalar", this.calls.one("norm", id, 2, [-1], true).id, 1e-12);
    return this.calls.one("divTensor", id, norm.id);
  }
  attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
    const grouped = this.own("attention", q).shape.at(-3) !== this.own("attention", k).shape.at(-3);
    let causal = options.causal ?? false;
    let mask = options.mask;
    if (mask && causal) {
      mask = this.withCausal(mask, q.shape.at(-2) ?? 1, k.shape.at(-2) ?? 1);
      causal = false;
    }
    if (mask && mask.dtype !== "bool" && mask.dtype !== q.dtype && this.autocasts === 0)
      mask = this.cast(mask, q.dtype);
    const maskId = mask && idOf(mask);
    return this.calls.one("attention", idOf(q), idOf(k), idOf(v), maskId, 0, causal, options.scale, grouped);
  }
  attentionByText(q: Tensor, k: Tensor, v: Tensor, texts: TextBounds, sight: Sight): Tensor | undefined {
    if (this.device === "cpu") return undefined;
    const { causal, window = 0 } = sight;
    const { bounds, longest } = texts;
    const near = window < longest ? window : 0;
    return this.calls.maybe("attentionByText", idOf(q), idOf(k), idOf(v), idOf(bounds), longest, causal, near);
  }
  crossEntropy(logits: Tensor, targets: Tensor): Tensor {
    checkIds(this, "crossEntropy", targets, logits, -1);
    return this.calls.one("crossEntropy", this.sensitive(logits), idOf(targets));
  }

  // -- shape -------------------------------------------------------------------------------------------------------
  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.calls.one("reshape", idOf(x), shape);
  }
  transpose(x: Tensor, dim0: number, dim1: number): Tensor {
    return this.calls.one("transpose", idOf(x), dim0, dim1);
  }
  permute(x: Tensor, dims: readonly number[]): Tensor {
    return this.calls.one("permute", idOf(x), dims);
  }
  expand(x: Tensor, shape: readonly number[]): Tensor {
    return this.calls.one("expand", idOf(x), shape);
  }
  cat(xs: readonly Tensor[], dim: number): Tensor {
    if (!Array.isArray(xs))
      throw new EngineError("cat", `expected an array, got ${typeof xs}`, "Pass a list of tensors.");
    return this.calls.one("cat", xs.map(idOf), dim);
  }
  split(x: Tensor, sizes: readonly number[], dim: number): Tensor[] {
    return this.calls.many("split", idOf(x), sizes, dim);
  }
  narrow(x: Tensor, dim: number, start: number, length: number): Tensor {
    return this.calls.one("narrow", idOf(x), dim, start, length);
  }
  indexSelect(x: Tensor, dim: number, ids: Tensor): Tensor {
    checkIds(this, "indexSelect", ids, x, dim);
    return this.calls.one("indexSelect", idOf(x), dim, idOf(ids));
  }
  indexAdd(x: Tensor, dim: number, ids: Tensor, source: Tensor): Tensor {
    checkIds(this, "indexAdd", ids, x, dim);
    return this.calls.one("indexAdd", idOf(x), dim, idOf(ids), idOf(source));
  }
  gather(x: Tensor, dim: number, ids: Tensor): Tensor {
    checkIds(this, "gather", ids, x, dim);
    return this.calls.one("gather", idOf(x), dim, idOf(ids));
  }

  // -- training ----------------------------------------------------------------------------------------------------
  valueAndGrad(f: () => Tensor, wrt: readonly Tensor[]): { value: Tensor; grads: Tensor[] } {
    return this.tape.valueAndGrad(f, wrt);
  }
  autocast<R>(_dtype: "bfloat16", f: () => R): R {
    if (this.autocasts++ === 0) this.addon.setAutocast(this.device, true);
    try {
      return f();
    } finally {
      if (--this.autocasts === 0) {
        this.addon.setAutocast(this.device, false);
        this.addon.clearAutocastCache();
      }
    }
  }
  adamW(state: AdamWState, options: AdamWOptions): void {
    this.tidy(() => this.tape.unrecorded(() => adamWStep(this, state, options)));
  }
  clipGradNorm(grads: readonly Tensor[], maxNorm: number): number {
    return this.tidy(() => clipByNorm(this, grads, maxNorm));
  }

  /** The least and the greatest of a tensor's values, where they are known without asking the device. */
  knownRange(ids: TorchTensor): readonly [least: number, most: number] | undefined {
    return this.intsChanged ? undefined : ids.valueRange;
  }

  // -- helpers -----------------------------------------------------------------------------------------------------
  private binary(withTensor: OperationName, withScalar: OperationName, a: Tensor, b: Operand): TorchTensor {
    return typeof b === "number"
      ? this.calls.one(withScalar, idOf(a), b)
      : this.calls.one(withTensor, idOf(a), idOf(b));
  }

  /** Inside `autocast`, a float32 copy of a bfloat16 tensor, for operations that lose too much in bfloat16. */
  private sensitive(x: Tensor): number {
    if (this.autocasts === 0 || idOf(x) < 0 || x.dtype !== "bfloat16") return idOf(x);
    return this.calls.one("cast", idOf(x), dtypes.codeOf.float32).id;
  }

  /** `mask` and the causal mask as one. */
  private withCausal(mask: Tensor, rows: number, columns: number): Tensor {
    const all = this.full([rows, columns], 1, "bool");
    const causal = this.calls.one("tril", idOf(all));
    if (mask.dtype === "bool") return this.calls.one("logicalAnd", idOf(mask), causal.id);
    return this.where(causal, mask, Number.NEGATIVE_INFINITY);
  }

  private own(who: string, t: Tensor): TorchTensor {
    if (t instanceof TorchTensor) return t;
    throw new EngineError(who, `expected a tensor of this engine, got ${typeof t}`, "Pass what an operation returned.");
  }

  private read<A extends Float32Array | Float64Array>(who: string, x: Tensor, make: (n: number) => A): A {
    try {
      const values = make(this.own(who, x).shape.reduce((a, b) => a * b, 1));
      this.addon.read(idOf(x), values);
      return values;
    } catch (error) {
      throw error instanceof EngineError ? error : torchError(who, error);
    }
  }
}

/** The torch engine behind the interface, for those who move bytes. @throws {EngineError} when it is another engine */
export function asTorchEngine(who: string, engine: Engine): TorchEngine {
  if (engine instanceof TorchEngine) return engine;
  throw new EngineError(who, `it cannot move bytes into ${engine.name}`, "Use the engine that `openEngine` returns.");
}
