import type { Random } from "../../../src/base/random.ts";
import type { Store } from "../../../src/track/store.ts";
import { KEYS, NUMBERS, TEXTS } from "./naive.ts";

/** Makes runs with few different keys and values, so that random filters divide them. */
export function someRuns(store: Store, random: Random, count: number): void {
  const pick = <T>(items: readonly T[]): T => items[random.int(items.length)];
  const some = (): Record<string, string> =>
    Object.fromEntries(KEYS.filter(() => random.int(2) === 0).map((key) => [key, pick(TEXTS)]));
  for (let i = 0; i < count; i++) {
    const id = store.createRun({
      name: pick(["run-1", "x", "X", "it's"]),
      userId: pick(["x", "ä", ""]),
      startTime: random.int(4),
      tags: some(),
    });
    const metrics = KEYS.filter(() => random.int(2) === 0).map((key) => ({
      key,
      value: pick(NUMBERS),
      step: 0,
      timestamp: 1,
    }));
    store.log(id, { params: some(), metrics });
    if (random.int(2) === 0) store.updateRun(id, { status: pick(["FINISHED", "FAILED"]), endTime: random.int(3) });
    for (let n = random.int(3); n > 0; n--)
      store.logInputs(id, [
        { name: pick(["x", "X", "a"]), digest: pick(["1", "x"]), source: "s", context: pick(["x", "50%", undefined]) },
      ]);
  }
}
