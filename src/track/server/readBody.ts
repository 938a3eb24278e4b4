import type { IncomingMessage } from "node:http";
import { MlflowFault } from "./mlflowFault.ts";

/** A batch of MLflow's size limits takes up to 5 MB as JSON, a data set's profile up to 16 million characters. */
export const JSON_LIMIT_BYTES: number = 32 << 20;

/** Python's `json.dumps` writes these for numbers that JSON has no word for; outside of strings they become strings. */
const BARE = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * The JSON in the body of a request; an empty body is an empty object.
 * @throws {MlflowFault} 413 when it is longer than `limit` bytes; 400 when it is no JSON or does not say that it is
 */
export async function readBody(request: IncomingMessage, limit: number = JSON_LIMIT_BYTES): Promise<unknown> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limit) throw tooLong(limit);
  // A page of another site can send a form or text unasked, and JSON only after asking: MLflow's rule, too.
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
    throw MlflowFault.invalid("The body must be JSON: send the header `Content-Type: application/json`.");
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw tooLong(limit);
    chunks.push(chunk);
  }
  const text = (chunks.length === 1 ? Buffer.from(chunks[0]) : Buffer.concat(chunks))
    .toString("utf8")
    .replace(/^\ufeff/, "");
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(text.replace(BARE, (piece) => (piece[0] === '"' ? piece : `"${piece}"`)));
    } catch (error) {
      throw MlflowFault.invalid(`The body is not JSON: ${error instanceof Error ? error.message : error}.`);
    }
  }
}

function tooLong(limit: number): MlflowFault {
  return new MlflowFault(
    "INVALID_PARAMETER_VALUE",
    413,
    `The body must have at most ${limit} bytes. Send less at once.`,
  );
}
