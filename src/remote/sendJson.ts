import { RemoteError } from "./remoteError.ts";

/** One request. */
export interface JsonRequest {
  url: string;
  body: unknown;
  /** Sent as a bearer token, and hidden wherever the answer repeats it. */
  key?: string;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** An answer that goes on for longer is none. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Sends JSON once and reads the JSON that comes back. Redirects are not followed: the key goes to no other host.
 *
 * @throws {RemoteError} everything that can go wrong, by kind; {Error} an AbortError when the signal aborts
 */
export async function sendJson(request: JsonRequest): Promise<unknown> {
  const { url, body, key, timeoutMs, signal } = request;
  const late = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    text = hide(await readText(response, url), key);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RemoteError) throw error;
    if (late.aborted)
      throw new RemoteError("timeout", url, [`no whole answer came within ${timeoutMs / 1000} s`, "Try again later."]);
    const problem = `the connection failed (${hide(reason(error), key)})`;
    throw new RemoteError("connection", url, [problem, "Check the address, and that a server listens there."]);
  }
  if (response.status !== 200) throw refused(url, response, text);
  try {
    return JSON.parse(text);
  } catch {
    throw new RemoteError("garbage", url, [`the answer must be JSON, got ${shown(text)}`, "Is this an API?"]);
  }
}

async function readText(response: Response, url: string): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES)
      throw new RemoteError("garbage", url, ["the answer is longer than 256 MiB", "Is this an API?"]);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function refused(url: string, response: Response, text: string): RemoteError {
  const { status } = response;
  const retryAfter = response.headers.get("retry-after") ?? undefined;
  const problem = `the answer was ${status}${text === "" ? "" : `: ${message(text)}`}`;
  if (status === 401 || status === 403 || /"insufficient_quota"/.test(text))
    return new RemoteError("denied", url, [problem, "Name the environment variable that holds a key with credit."]);
  if (status === 429) return new RemoteError("busy", url, [problem, "Allow fewer requests per minute."], retryAfter);
  if (status >= 500) return new RemoteError("server", url, [problem, "Try again later."], retryAfter);
  if (status === 413) return new RemoteError("rejected", url, [problem, "Send fewer texts in a batch."]);
  const todo = status >= 300 && status < 400 ? "Give the address it leads to." : "Check the address and the model.";
  return new RemoteError("rejected", url, [problem, todo]);
}

/** What an API says in `{error: {message}}`, else the beginning of the text. */
function message(text: string): string {
  try {
    const { error } = JSON.parse(text);
    const words = typeof error === "string" ? error : error?.message;
    if (typeof words === "string") return words.replace(/[.\s]+$/, "").slice(0, 300);
  } catch {
    // a page of a proxy, say
  }
  return shown(text);
}

function shown(text: string): string {
  return text === "" ? "nothing" : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}

function hide(text: string, key: string | undefined): string {
  return key ? text.replaceAll(key, "[key]") : text;
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? ("code" in cause ? String(cause.code) : "") || cause.message : String(cause);
}
