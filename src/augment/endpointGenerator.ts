import { askChat } from "../remote/askChat.ts";
import type { Endpoint } from "../remote/endpoint.ts";
import { RemoteError } from "../remote/remoteError.ts";
import type { Prompt } from "./readPrompt.ts";
import type { Generator, Parent, SyntheticRow } from "./syntheticRow.ts";
import { variantRow } from "./variantRow.ts";

/** How a chat model is asked. */
export interface EndpointGeneratorOptions {
  /** Sent with each request, and kept in each row. */
  seed: number;
  temperature?: number;
  /** Most tokens of an answer. Default 1024. */
  maxTokens?: number;
  /** Passages are asked for too, and stand beside the parent's own. Default: only queries. */
  allTexts?: boolean;
  /** Asks the API for a JSON object; some servers know no such option. Default true. */
  jsonMode?: boolean;
}

/** Failures that the next parent would meet too. */
const fatal = ["denied", "connection", "busy"];
/** So many failures without one success are the endpoint's, not the texts'. */
const MOST_FAILURES = 10;

/**
 * Variants by a chat model: one row for each key of the prompt's JSON answer, so that `{text, en, ms}` become the parent
 * and two variants. A parent whose answer is a refusal, half or garbage is a failure with its reason.
 */
export function endpointGenerator(endpoint: Endpoint, prompt: Prompt, options: EndpointGeneratorOptions): Generator {
  const { seed, temperature, maxTokens = 1024, allTexts = false, jsonMode = true } = options;
  const { url, model, concurrency = 4 } = endpoint.settings;
  const about = { name: "endpoint", model, prompt: prompt.name, promptSha256: prompt.sha256, temperature };
  let [failed, succeeded] = [0, 0];
  const ask = async (text: string): Promise<Record<string, string>> => {
    const messages = [
      { role: "system", content: prompt.system },
      // a function: `$&` in a text stands for itself
      { role: "user", content: prompt.user.replace("{text}", () => text) },
    ] as const;
    const request = { messages, seed, temperature, maxTokens, json: jsonMode };
    return parse(await askChat(endpoint, request, (message) => problemOf(message, prompt.keys)));
  };
  const make = async (parent: Parent): Promise<SyntheticRow[]> => {
    const query = await ask(parent.query);
    const [pos, neg]: Record<string, string>[][] = [[], []];
    if (allTexts) {
      for (const text of parent.pos) pos.push(await ask(text));
      for (const text of parent.neg) neg.push(await ask(text));
    }
    const all = (texts: Record<string, string>[]): string[] =>
      texts.flatMap((text) => prompt.keys.map((key) => text[key]));
    return prompt.keys
      .filter((key) => query[key] !== parent.query)
      .map((key) => variantRow(parent, about, { name: key, seed, query: query[key], pos: all(pos), neg: all(neg) }));
  };
  return {
    about,
    settings: { ...about, url, seed, maxTokens, allTexts, jsonMode },
    concurrency,
    async make(parent) {
      try {
        const rows = await make(parent);
        succeeded++;
        return { rows };
      } catch (error) {
        if (!(error instanceof RemoteError) || fatal.includes(error.kind)) throw error;
        if (++failed >= MOST_FAILURES && succeeded === 0) throw error;
        return { rows: [], failure: { kind: error.kind, reason: error.message } };
      }
    },
  };
}

/** What keeps an answer from being used. */
function problemOf(message: string, keys: readonly string[]): string | undefined {
  const got = JSON.stringify(message.length > 80 ? `${message.slice(0, 80)}...` : message);
  let value: unknown;
  try {
    value = parse(message);
  } catch {
    return `the model must answer with a JSON object, got ${got}`;
  }
  const fields = (typeof value === "object" ? value : null) as Record<string, unknown> | null;
  const missing = keys.find((key) => typeof fields?.[key] !== "string" || (fields[key] as string).trim() === "");
  return missing === undefined ? undefined : `the model's answer must hold a text \`${missing}\`, got ${got}`;
}

/** Models like to put JSON into a code fence. */
function parse(message: string): Record<string, string> {
  const [, fenced] = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(message) ?? [];
  return JSON.parse(fenced ?? message);
}
