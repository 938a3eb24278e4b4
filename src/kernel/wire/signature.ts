import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * The signature frame of a message: HMAC-SHA256 in lower-case hex over the four JSON frames as they are sent, in
 * order; empty when the connection has no key, as then nothing is signed.
 *
 * @param key    the connection file's `key`
 * @param frames header, parent header, metadata, content
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */
export function signature(key: string, frames: readonly Uint8Array[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest("hex");
}

/** Whether `given` signs `frames`, compared in a time that tells nothing; true for any when there is no key. */
export function isSigned(key: string, frames: readonly Uint8Array[], given: Uint8Array): boolean {
  if (key === "") return true;
  const wanted = Buffer.from(signature(key, frames));
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
