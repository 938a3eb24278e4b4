import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { openStore } from "../../src/track/openStore.ts";
import { startServer } from "../../src/track/server/startServer.ts";
import { differ } from "./differential/differ.ts";
import { DIFFERENCES, type Difference, EVERYWHERE } from "./differential/differences.ts";
import { ODD_REQUESTS } from "./differential/oddRequests.ts";
import { type Recorded, Replay } from "./differential/replay.ts";
import { mlflowServer } from "./mlflowServer.ts";
import { scratch, skip } from "./python.ts";

/** What `record.py` took from MLflow's client. */
function session(): Recorded[] {
  const lines = readFileSync(new URL("differential/session.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line, i) => ({ ...JSON.parse(line), name: `session ${i + 1}` }));
}

async function ours(t: TestContext): Promise<string> {
  const dir = scratch();
  const store = openStore({ dir });
  const bugs: unknown[] = [];
  const server = await startServer({ store, port: 0, onBug: (error) => bugs.push(error) });
  t.after(async () => {
    await server.stop(0);
    store.close();
    rmSync(dir, { recursive: true, force: true });
    assert.deepEqual(bugs, [], "our server met bugs");
  });
  return server.url;
}

test("docs/tracker.md tells of each difference by which one server refuses what the other takes", () => {
  const page = readFileSync(new URL("../../docs/tracker.md", import.meta.url), "utf8").replace(/\s+/g, " ");
  const isUntold = ({ told, requests }: Difference): boolean => {
    const isRefusal = Object.values(requests).some(([line]) =>
      /^ours (200, MLflow [45]|[45].*, MLflow 200)/.test(line),
    );
    return told === undefined ? isRefusal : !isRefusal || !page.includes(told);
  };
  assert.deepEqual(DIFFERENCES.filter(isUntold), []);
  const count = session().length + ODD_REQUESTS.length;
  assert.ok(page.includes(`${count} recorded and odd requests`), `there are ${count} requests`);
});

test("our server answers as MLflow's own, request by request, but for the listed differences, each with its reason", {
  skip,
}, async (t) => {
  const requests = [...session(), ...ODD_REQUESTS];
  assert.equal(new Set(requests.map(({ name }) => name)).size, requests.length, "two requests have one name");
  const [here, there] = [new Replay(await ours(t)), new Replay(await mlflowServer(t))];
  const found: Record<string, string[]> = {};
  const used = new Set<RegExp>();
  for (const request of requests) {
    const [mine, theirs] = await Promise.all([here.send(request), there.send(request)]);
    const lines = differ(mine, theirs).filter((line) => {
      const everywhere = EVERYWHERE.find(({ differs }) => differs.test(line))?.differs;
      if (everywhere !== undefined) used.add(everywhere);
      return everywhere === undefined;
    });
    if (lines.length > 0) found[request.name] = lines;
  }
  // A listed difference that is none any more fails, too.
  assert.deepEqual(found, Object.assign({}, ...DIFFERENCES.map((one) => one.requests)));
  assert.deepEqual(
    EVERYWHERE.filter(({ differs }) => !used.has(differs)).map(({ reason }) => reason),
    [],
  );
});
