import type { Endpoint } from "./endpoint.ts";
import { estimateTokens } from "./estimateTokens.ts";
import { RemoteError } from "./remoteError.ts";
import type { Tokens } from "./usage.ts";

/** A conversation that asks for one more message. The endpoint's model answers. */
export interface ChatRequest {
  messages: readonly { role: "system" | "user" | "assistant"; content: string }[];
  temperature?: number;
  /** Sent as the API's `seed`; whether it counts is up to the API. */
  seed?: number;
  /** Most tokens of the answer. Default 1024. */
  maxTokens?: number;
  /** The answer must be one JSON object. */
  json?: boolean;
}

const PATH = "/chat/completions";

/**
 * Asks a chat model for one message, once for each different request when the endpoint has a cache.
 *
 * @param check tells what is wrong with a message: it is then asked for again, and never kept. Default: nothing is
 * @returns the message
 * @throws {RemoteError} a refusal, a message cut off at its limit of tokens, and what `Endpoint.ask` throws
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export async function askChat(
  endpoint: Endpoint,
  request: ChatRequest,
  check: (message: string) => string | undefined = () => undefined,
): Promise<string> {
  const { messages, temperature, seed, maxTokens = 1024, json } = request;
  const body = {
    model: endpoint.settings.model,
    messages,
    max_tokens: maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(json ? { response_format: { type: "json_object" } } : {}),
  };
  const key = endpoint.request(PATH, body);
  const known = (await endpoint.cache?.get(key)) as Answer | undefined;
  if (known !== undefined && check(known.message) === undefined) {
    endpoint.usage.add(known.tokens, true);
    return known.message;
  }
  const asked = messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
  const who = `${endpoint.settings.url}${PATH}`;
  const answer = await endpoint.ask({
    path: PATH,
    body,
    tokens: asked + maxTokens,
    read: (raw) => {
      const read = readAnswer(who, raw);
      // a message that cannot be used has been paid for all the same
      endpoint.usage.add(read.tokens, false);
      if (read.stopped !== undefined) throw read.stopped;
      const wrong = check(read.message);
      if (wrong === undefined) return { message: read.message, tokens: read.tokens };
      throw new RemoteError("garbage", who, [wrong, "Mend the prompt, or choose another model."]);
    },
  });
  await endpoint.cache?.put(key, answer);
  return answer.message;
}

interface Answer {
  message: string;
  tokens: Tokens;
}

function readAnswer(who: string, raw: unknown): Answer & { stopped?: RemoteError } {
  const { choices, usage } = (raw ?? {}) as { choices?: unknown; usage?: Record<string, unknown> | null };
  const choice = (Array.isArray(choices) ? choices[0] : undefined) as Choice | null | undefined;
  const { content, refusal } = choice?.message ?? {};
  const count = (key: string): number => (Number.isFinite(usage?.[key]) ? Number(usage?.[key]) : 0);
  const tokens = { input: count("prompt_tokens"), output: count("completion_tokens") };
  const stop = (kind: "refusal" | "incomplete" | "garbage", problem: string, todo: string) => ({
    message: "",
    tokens,
    stopped: new RemoteError(kind, who, [problem, todo]),
  });
  if (typeof refusal === "string" && refusal !== "")
    return stop("refusal", `the model refused: ${JSON.stringify(refusal.slice(0, 80))}`, "Leave the text out.");
  if (choice?.finish_reason === "content_filter")
    return stop("refusal", "a content filter stopped the answer", "Leave the text out.");
  if (choice?.finish_reason === "length")
    return stop("incomplete", "the answer was cut off at its limit of tokens", "Allow more tokens.");
  if (typeof content !== "string" || content.trim() === "") {
    const got = JSON.stringify(raw)?.slice(0, 80);
    return stop("garbage", `the answer must hold choices[0].message.content, got ${got}`, "Is this a chat API?");
  }
  return { message: content, tokens };
}

interface Choice {
  finish_reason?: unknown;
  message?: { content?: unknown; refusal?: unknown };
}
