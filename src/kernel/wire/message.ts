import { randomUUID } from "node:crypto";
import { isSigned, signature } from "./signature.ts";

/** The header of a Jupyter message, by the field names of the protocol. */
export interface MessageHeader {
  msg_id: string;
  session: string;
  username: string;
  /** ISO 8601. */
  date: string;
  msg_type: string;
  version: string;
}

/** One message of the Jupyter protocol, on any channel. */
export interface Message {
  /** Routing frames before the delimiter: who asked (ROUTER sockets), or the topic (iopub). */
  identities: Uint8Array[];
  header: MessageHeader;
  /** The header of the request that this belongs to; empty when there was none. */
  parentHeader: Partial<MessageHeader>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  /** Binary frames after the content (comms). */
  buffers: Uint8Array[];
}

/** The version of the protocol that both ends here speak. */
export const protocolVersion = "5.4";

const delimiter = Buffer.from("<IDS|MSG>");

/** A header for a new message of `session`. */
export function newHeader(type: string, session: string): MessageHeader {
  const date = new Date().toISOString();
  return { msg_id: randomUUID(), session, username: "sulam", date, msg_type: type, version: protocolVersion };
}

/** The frames of a message, signed with `key`. */
export function encodeMessage(message: Message, key: string): Uint8Array[] {
  const { identities, header, parentHeader, metadata, content, buffers } = message;
  const parts = [header, parentHeader, metadata, content].map((part) => Buffer.from(wellFormed(part)));
  return [...identities, delimiter, Buffer.from(signature(key, parts)), ...parts, ...buffers];
}

/**
 * JSON in which halves of surrogate pairs are U+FFFD: Python, and so Jupyter, cannot write them to a file, and the whole
 * notebook would not be saved.
 */
function wellFormed(part: object): string {
  const json = JSON.stringify(part);
  if (!/\\ud[89a-f]/.test(json)) return json;
  // `JSON.stringify` escapes a half that stands alone; a doubled backslash before it is text like any other
  return json.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (escaped) => (escaped.startsWith("\\ud") ? "\\ufffd" : escaped));
}

/** The message that frames hold; undefined when they are no message, or not signed with `key`: such get no answer. */
export function decodeMessage(frames: readonly Uint8Array[], key: string): Message | undefined {
  const at = frames.findIndex((frame) => delimiter.equals(frame));
  const parts = frames.slice(at + 2, at + 6);
  if (at < 0 || parts.length < 4 || !isSigned(key, parts, frames[at + 1])) return undefined;
  try {
    const [header, parentHeader, metadata, content] = parts.map((part) => objectOf(part));
    if (typeof header.msg_id !== "string" || typeof header.msg_type !== "string") return undefined;
    return {
      identities: frames.slice(0, at),
      header: header as unknown as MessageHeader,
      parentHeader,
      metadata,
      content,
      buffers: frames.slice(at + 6),
    };
  } catch {
    return undefined;
  }
}

/** @throws {Error} when the frame is no JSON object */
function objectOf(frame: Uint8Array): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString());
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("no object");
  return value as Record<string, unknown>;
}
