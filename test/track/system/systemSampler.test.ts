import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SystemSampler } from "../../../src/track/system/systemSampler.ts";
import type { SystemSource } from "../../../src/track/system/systemSource.ts";

/** A sampler over a clock that the test sets, and when it took samples. */
function room(t: TestContext, everyMs: number, sources: readonly SystemSource[] = [counting()]) {
  const state = { time: 0, samples: [] as Record<string, number>[], times: [] as number[] };
  const sampler = new SystemSampler({ everyMs, clock: () => state.time, sources }, (values) => {
    state.samples.push(values);
    state.times.push(state.time);
    // As a run does: whatever it logs looks whether a sample is due.
    sampler.sampleIfDue();
  });
  t.after(() => sampler.end());
  const pass = (until: number, step = 100): void => {
    for (; state.time < until; state.time += step) sampler.sampleIfDue();
  };
  return { state, sampler, pass };
}

function counting(): SystemSource {
  let reads = 0;
  return { read: () => ({ reads: ++reads }), close: () => {} };
}

test("samples are taken after a second, then at equal times, and at the end, under MLflow's prefix", (t) => {
  const { state, sampler, pass } = room(t, 10_000);
  pass(25_000);
  sampler.end();
  assert.deepEqual(state.times, [1_000, 11_000, 21_000, 25_000]);
  assert.deepEqual(state.samples[0], { "system/reads": 1 });
});

test("a run shorter than the first second has none; an end right after a sample adds none", (t) => {
  const short = room(t, 10_000);
  short.pass(900);
  short.sampler.end();
  assert.deepEqual(short.state.times, []);
  const { state, sampler, pass } = room(t, 10_000);
  pass(1_300);
  sampler.end();
  assert.deepEqual(state.times, [1_000]);
});

test("a program that holds the event loop for a minute gets one late sample, and the next an interval later", (t) => {
  const { state, pass } = room(t, 10_000);
  pass(2_000);
  state.time = 62_000;
  pass(75_000);
  assert.deepEqual(state.times, [1_000, 62_000, 72_000]);
});

test("a program that never gives the event loop back has one sample at its end", (t) => {
  const { state, sampler } = room(t, 10_000);
  state.time = 3_600_000;
  sampler.end();
  assert.deepEqual(state.times, [3_600_000]);
});

test("a source that fails is closed and asked no more; the others go on; nothing throws", (t) => {
  let [asked, closed] = [0, 0];
  const failing: SystemSource = {
    read() {
      asked++;
      throw new Error("no /proc here");
    },
    close() {
      closed++;
    },
  };
  const { state, sampler, pass } = room(t, 1_000, [failing, counting()]);
  pass(5_500);
  sampler.end();
  assert.deepEqual([asked, closed], [1, 1]);
  assert.deepEqual(state.samples.at(-1), { "system/reads": state.samples.length });
  assert.ok(state.samples.length > 4);
});

test("when there is nothing to tell, nothing is logged", (t) => {
  const { state, pass } = room(t, 1_000, [{ read: () => ({}), close: () => {} }]);
  pass(5_000);
  assert.deepEqual(state.samples, []);
});
