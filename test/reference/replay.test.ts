import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type Recorded, Replay } from "./differential/replay.ts";

/** A replay against a server that answers every request with this JSON, and the requests' paths. */
async function replay(t: TestContext, answer: unknown): Promise<{ replay: Replay; paths: (string | undefined)[] }> {
  const paths: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    paths.push(url);
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  return { replay: new Replay(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), paths };
}

const make: Recorded = { name: "make", method: "POST", path: "/make", text: "{}", keep: { "run:a": "run.id" } };
const read: Recorded = { name: "read", method: "GET", path: "/read?id={run:a}" };

test("a name stands for what the answer before gave, text or number", async (t) => {
  for (const id of ["abc", 7]) {
    const { replay: one, paths } = await replay(t, { run: { id } });
    await one.send(make);
    await one.send(read);
    assert.deepEqual(paths, ["/make", `/read?id=${id}`]);
  }
});

test("a name that no answer gave is not sent, in an address or a body: two servers would agree not to know it", async (t) => {
  const { replay: one, paths } = await replay(t, {});
  await assert.rejects(one.send(read), /read: no answer gave \{run:a\}/);
  await assert.rejects(one.send({ ...make, keep: {}, text: '{"id":"{page:b}"}' }), /make: no answer gave \{page:b\}/);
  assert.deepEqual(paths, []);
});

test("an answer without what is to be kept of it ends the replay", async (t) => {
  for (const answer of [{}, { run: null }, { run: { id: null } }, { run: { id: {} } }, "text"]) {
    const { replay: one } = await replay(t, answer);
    await assert.rejects(one.send(make), /make: the answer has no run\.id for run:a/);
  }
});
