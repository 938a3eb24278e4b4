/** A scalar of an event file. */
export interface ScalarEvent {
  /** Seconds since 1970, with a fraction. */
  wallTime: number;
  step: number;
  tag: string;
  value: number;
}

// Field numbers of tensorflow.Event, Summary, Summary.Value and TensorProto (tensorflow/core/util/event.proto,
// tensorflow/core/framework/summary.proto and tensor.proto).
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2, tensor: 8 } as const;
const TENSOR = { dtype: 1, shape: 2, content: 4, floats: 5, doubles: 6 } as const;
const FLOAT = 1;
const DOUBLE = 2;

type Field = { number: number } & ({ kind: "number"; value: number } | { kind: "bytes"; value: Buffer });

/** The first event of a file, by which readers know the form. */
export function encodeVersion(wallTime: number): Buffer {
  return Buffer.concat([double(EVENT.wallTime, wallTime), bytes(EVENT.fileVersion, Buffer.from("brain.Event:2"))]);
}

/** A scalar as an event; TensorBoard keeps values as float32. */
export function encodeScalar({ wallTime, step, tag, value }: ScalarEvent): Buffer {
  const inner = Buffer.concat([bytes(VALUE.tag, Buffer.from(tag)), float(VALUE.simpleValue, value)]);
  const summary = bytes(SUMMARY.value, inner);
  return Buffer.concat([double(EVENT.wallTime, wallTime), int64(EVENT.step, step), bytes(EVENT.summary, summary)]);
}

/** The scalars of an event: simple values, and float tensors with one element, as TensorFlow 2 writes them. */
export function decodeScalars(event: Buffer): ScalarEvent[] {
  let [wallTime, step] = [0, 0];
  const values: { tag: string; value: number }[] = [];
  for (const field of fieldsOf(event)) {
    if (field.kind === "number" && field.number === EVENT.wallTime) wallTime = field.value;
    else if (field.kind === "number" && field.number === EVENT.step) step = field.value;
    else if (field.kind === "bytes" && field.number === EVENT.summary)
      for (const inner of fieldsOf(field.value))
        if (inner.kind === "bytes" && inner.number === SUMMARY.value) values.push(...scalarIn(inner.value));
  }
  return values.map((value) => ({ wallTime, step, ...value }));
}

function scalarIn(message: Buffer): { tag: string; value: number }[] {
  let tag = "";
  let value: number | undefined;
  for (const field of fieldsOf(message)) {
    if (field.kind === "bytes" && field.number === VALUE.tag) tag = field.value.toString("utf8");
    else if (field.kind === "number" && field.number === VALUE.simpleValue) value = field.value;
    else if (field.kind === "bytes" && field.number === VALUE.tensor) value = scalarOf(field.value);
  }
  return value === undefined ? [] : [{ tag, value }];
}

/** The one number of a float tensor; undefined for texts, images and larger ones. */
function scalarOf(tensor: Buffer): number | undefined {
  let type = 0;
  const numbers: number[] = [];
  let content: Buffer = Buffer.alloc(0);
  for (const field of fieldsOf(tensor)) {
    if (field.kind === "number" && field.number === TENSOR.dtype) type = field.value;
    else if (field.kind === "number" && (field.number === TENSOR.floats || field.number === TENSOR.doubles))
      numbers.push(field.value);
    else if (field.kind === "bytes" && (field.number === TENSOR.floats || field.number === TENSOR.doubles))
      content = field.value;
    else if (field.kind === "bytes" && field.number === TENSOR.content) content = field.value;
  }
  if (type === FLOAT && content.length === 4) return content.readFloatLE();
  if (type === DOUBLE && content.length === 8) return content.readDoubleLE();
  return (type === FLOAT || type === DOUBLE) && numbers.length === 1 ? numbers[0] : undefined;
}

/** The fields of a protobuf message, in order. What is cut off ends it. */
function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < message.length; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return BigInt.asIntN(64, value);
  };
  while (at < message.length) {
    const key = Number(varint());
    const [number, type] = [key >>> 3, key & 7];
    if (type === 0) yield { number, kind: "number", value: Number(varint()) };
    else if (type === 1 && at + 8 <= message.length) yield { number, kind: "number", value: message.readDoubleLE(at) };
    else if (type === 5 && at + 4 <= message.length) yield { number, kind: "number", value: message.readFloatLE(at) };
    else if (type === 2) {
      const length = Number(varint());
      yield { number, kind: "bytes", value: message.subarray(at, at + length) };
      at += length;
    } else return;
    if (type === 1) at += 8;
    if (type === 5) at += 4;
  }
}

function varintBytes(value: number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  out.push(Number(rest));
  return Buffer.from(out);
}

function key(number: number, type: number): Buffer {
  return varintBytes((number << 3) | type);
}

/** Nothing for 0, as proto3 has it. */
function int64(number: number, value: number): Buffer {
  if (value === 0) return Buffer.alloc(0);
  return Buffer.concat([key(number, 0), varintBytes(value)]);
}

function double(number: number, value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeDoubleLE(value);
  return Buffer.concat([key(number, 1), out]);
}

function float(number: number, value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeFloatLE(value);
  return Buffer.concat([key(number, 5), out]);
}

function bytes(number: number, value: Buffer): Buffer {
  return Buffer.concat([key(number, 2), varintBytes(value.length), value]);
}
