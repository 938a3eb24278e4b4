import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { startServer } from "../../../src/track/server/startServer.ts";
import type { Store } from "../../../src/track/store.ts";
import { scratchStore } from "../scratch.ts";

/** Neither this process' credentials nor pauses. */
export const quick: { env: Record<string, string>; sleep: () => Promise<void> } = { env: {}, sleep: async () => {} };

/** A team's server over a store of its own. */
export async function team(t: TestContext, token?: string): Promise<{ store: Store; url: string }> {
  const store = scratchStore(t);
  const server = await startServer({ store, port: 0, token, onBug: (error) => assert.fail(String(error)) });
  t.after(() => server.stop(0));
  return { store, url: server.url };
}

/** A server that may answer for itself, and else hands the request on to the one at `url`. */
export async function between(
  t: TestContext,
  url: string,
  meddle: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<string> {
  const server = createServer(async (request, response) => {
    if (meddle(request, response)) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await fetch(url + request.url, {
      method: request.method,
      headers: { "content-type": request.headers["content-type"] ?? "" },
      body: chunks.length > 0 ? new Blob(chunks as BlobPart[]) : undefined,
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
