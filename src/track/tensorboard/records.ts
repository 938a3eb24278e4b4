import { InputError } from "../../base/errors.ts";

const HEADER = 12;
const FOOTER = 4;

/** CRC-32C (Castagnoli), by table. */
const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** The checksum of TensorFlow's record files: CRC-32C, turned by 15 bits, plus a constant. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** One record: length (u64), its checksum, the data, its checksum; all little-endian. */
export function encodeRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(HEADER + data.length + FOOTER);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(data, HEADER);
  record.writeUInt32LE(maskedCrc(data), HEADER + data.length);
  return record;
}

/**
 * The records of a file, in order. A last one that is not whole (its writer died, or still writes) is left out.
 *
 * @throws {InputError} with the file and byte, when a checksum is wrong
 */
export function* readRecords(bytes: Buffer, file: string): Generator<Buffer> {
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const end = at + HEADER + length + FOOTER;
    if (maskedCrc(bytes.subarray(at, at + 8)) !== bytes.readUInt32LE(at + 8)) refuse(file, at);
    if (end > bytes.length) return;
    const data = bytes.subarray(at + HEADER, end - FOOTER);
    if (maskedCrc(data) !== bytes.readUInt32LE(end - FOOTER)) refuse(file, at);
    yield data;
    at = end;
  }
}

function refuse(file: string, at: number): never {
  const problem = `is damaged, or no TensorBoard event file: the checksum of the record at byte ${at} is wrong`;
  throw new InputError(file, problem, "Copy it anew, or leave it out.");
}
