import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { inParallel } from "../../src/remote/inParallel.ts";
import { RateLimit } from "../../src/remote/rateLimit.ts";
import { fakeClock } from "./apiServer.ts";

test("no 60 seconds see more requests or tokens than allowed, and the order is kept", async () => {
  const random = new Random(2);
  for (let trial = 0; trial < 50; trial++) {
    const clock = fakeClock();
    const rates = { requestsPerMinute: 1 + random.int(6), tokensPerMinute: 50 + random.int(100) };
    const limit = new RateLimit(rates, clock);
    const sent: { at: number; tokens: number; i: number }[] = [];
    const costs = Array.from({ length: 40 }, () => 1 + random.int(50));
    await Promise.all(
      costs.map((tokens, i) => limit.take(tokens).then(() => sent.push({ at: clock.now(), tokens, i }))),
    );
    assert.deepEqual(
      sent.map(({ i }) => i),
      costs.map((_, i) => i),
    );
    for (const { at } of sent) {
      const window = sent.filter((other) => other.at >= at && other.at < at + 60_000);
      assert.ok(window.length <= rates.requestsPerMinute, `${window.length} requests of ${rates.requestsPerMinute}`);
      const tokens = window.reduce((sum, other) => sum + other.tokens, 0);
      assert.ok(tokens <= rates.tokensPerMinute, `${tokens} tokens of ${rates.tokensPerMinute}`);
    }
  }
});

test("it waits no longer than it must: three a minute let the fourth through after a minute", async () => {
  const clock = fakeClock();
  const begin = clock.now();
  const limit = new RateLimit({ requestsPerMinute: 3 }, clock);
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    await limit.take(1);
    times.push(clock.now() - begin);
  }
  assert.deepEqual(times, [0, 0, 0, 60_000, 60_000, 60_000, 120_000]);
});

test("a pause holds every request back; one that no minute can hold is refused, and the next goes on", async () => {
  const clock = fakeClock();
  const limit = new RateLimit({ tokensPerMinute: 10 }, clock);
  limit.pause(5000);
  const begin = clock.now();
  await assert.rejects(limit.take(11), /RateLimit: a request must have at most 10 tokens, got about 11/);
  await limit.take(10);
  assert.equal(clock.now() - begin, 5000);
});

test("work in parallel keeps the order and the bound, and stops beginning after a failure", async () => {
  let [open, most, begun] = [0, 0, 0];
  const work = async (i: number): Promise<number> => {
    most = Math.max(most, ++open);
    begun++;
    await new Promise((done) => setImmediate(done));
    open--;
    if (i === 50) throw new Error("fifty");
    return i * i;
  };
  const items = Array.from({ length: 40 }, (_, i) => i);
  assert.deepEqual(
    await inParallel(items, 3, work),
    items.map((i) => i * i),
  );
  assert.equal(most, 3);
  begun = 0;
  await assert.rejects(
    inParallel(
      Array.from({ length: 100 }, (_, i) => i),
      3,
      work,
    ),
    /fifty/,
  );
  assert.ok(begun < 56, `${begun} were begun`);
  assert.equal(open, 0, "what runs is waited for");
});
