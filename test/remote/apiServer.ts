import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../src/remote/clock.ts";

/** One request as the server saw it. */
export interface Seen {
  path: string;
  key: string | undefined;
  body: { input?: string[]; messages?: { content: string }[]; [key: string]: unknown };
}

/** How one request is answered. */
export type Behaviour = (response: ServerResponse, seen: Seen) => void;

/** An OpenAI-compatible API on the loopback address, which answers in turn as told and then well. */
export interface ApiServer {
  url: string;
  seen: Seen[];
  /** The next requests are answered so, one each. */
  queue: Behaviour[];
  /** How all others are answered. */
  usual: Behaviour;
  /** Most requests that were open at once. */
  most: () => number;
  close: () => void;
}

/** Starts one, for the tests of a file. */
export async function startApi(): Promise<ApiServer> {
  let [open, most] = [0, 0];
  const api: ApiServer = { url: "", seen: [], queue: [], usual: well, most: () => most, close: () => {} };
  const server: Server = createServer(async (request, response) => {
    most = Math.max(most, ++open);
    response.on("close", () => open--);
    const { url: path = "", headers } = request;
    const seen: Seen = { path, key: headers.authorization, body: JSON.parse(await bodyOf(request)) };
    api.seen.push(seen);
    (api.queue.shift() ?? api.usual)(response, seen);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  api.close = () => {
    server.closeAllConnections();
    server.close();
  };
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return api;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

/** The embedding of a text: its length, its first letter, and its number of spaces. */
export function vectorOf(text: string): number[] {
  return [text.length, text.charCodeAt(0) / 128, text.split(" ").length];
}

/** Sends JSON, or a text as it is. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** A chat's answer with that message and finish_reason. */
export function message(content: string | null, finish_reason = "stop", more: object = {}): Behaviour {
  const choices = [{ index: 0, finish_reason, message: { role: "assistant", content, ...more } }];
  return answer(200, { choices, usage: { prompt_tokens: 10, completion_tokens: 5 } });
}

/** An embeddings answer that is right but for what `spoil` does to its list. */
export function embeddings(spoil: (data: { index?: unknown; embedding: unknown }[]) => unknown = (d) => d): Behaviour {
  return (response, { body }) => {
    const data = body.input!.map((text, index) => ({ object: "embedding", index, embedding: vectorOf(text) }));
    const prompt_tokens = 7 * data.length;
    answer(200, { data: spoil(data), usage: { prompt_tokens, total_tokens: prompt_tokens } })(response, {} as Seen);
  };
}

/** Closes the connection, after a part of an answer or before it. */
export function close(part?: string): Behaviour {
  return (response) => {
    if (part === undefined) response.destroy();
    else {
      response.writeHead(200, { "content-length": "1000" });
      response.write(part, () => response.destroy());
    }
  };
}

/** Never answers. */
export const hang: Behaviour = () => {};

/** A chat says its last message back; embeddings are those of `vectorOf`. */
const well: Behaviour = (response, seen) => {
  const say = seen.path === "/v1/embeddings" ? embeddings() : message(`[${seen.body.messages?.at(-1)?.content}]`);
  say(response, seen);
};

/** A clock that waits by moving its hands. */
export function fakeClock(): Clock & { slept: number[] } {
  let now = 1_700_000_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}
