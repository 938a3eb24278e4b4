import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { gpuSource } from "../../../src/track/system/gpuSource.ts";
import type { SystemSource } from "../../../src/track/system/systemSource.ts";
import { scratch } from "../scratch.ts";

/** A `nvidia-smi` that does what `script` says, alone in front of PATH. */
function fake(t: TestContext, script: string): { env: Record<string, string>; dir: string } {
  const dir = scratch(t);
  writeFileSync(join(dir, "nvidia-smi"), `#!/bin/sh\ncd ${dir}\necho "$@" > asked\n${script}\n`, { mode: 0o755 });
  return { env: { PATH: dir + delimiter + process.env.PATH }, dir };
}

/** Reads until something is told, or long enough that nothing will be. */
async function told(source: SystemSource, tries = 200): Promise<Record<string, number>> {
  for (let left = tries; left > 0; left--) {
    const values = source.read();
    if (Object.keys(values).length > 0) return values;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {};
}

test("each card is told under MLflow's names; MiB become 10^6 bytes, and what a card does not tell is left out", async (t) => {
  const { env, dir } = fake(
    t,
    `printf '0, 37, 1024, 4096, 120.50, 482.00\\n1, [N/A], 2048, 8192, [N/A], [N/A]\\n'\nsleep 60`,
  );
  const source = gpuSource({ everyMs: 10_000, env });
  t.after(() => source.close());
  assert.deepEqual(source.read(), {}, "the first reading does not wait for it");
  assert.deepEqual(await told(source), {
    gpu_0_utilization_percentage: 37,
    gpu_0_memory_usage_megabytes: 1073.7,
    gpu_0_memory_usage_percentage: 25,
    gpu_0_power_usage_watts: 120.5,
    gpu_0_power_usage_percentage: 25,
    gpu_1_memory_usage_megabytes: 2147.5,
    gpu_1_memory_usage_percentage: 25,
  });
  assert.deepEqual(source.read(), {}, "nothing is told twice");
  assert.equal(
    readFileSync(join(dir, "asked"), "utf8"),
    "--query-gpu=index,utilization.gpu,memory.used,memory.total,power.draw,enforced.power.limit " +
      "--format=csv,noheader,nounits --loop-ms=10000\n",
  );
});

test("of samples that were told while the program was busy, the last counts; a line may come in pieces", async (t) => {
  const lines = ["0, 10, 1, 4, 1, 4", "0, 20, 1, 4, 1, 4", "0, 3"].join("\\n");
  const { env, dir } = fake(t, `printf '${lines}'\nsleep 0.2\nprintf '0, 1, 4, 1, 4\\n'\ntouch done\nsleep 60`);
  const source = gpuSource({ everyMs: 1000, env });
  t.after(() => source.close());
  assert.equal((await told(source)).gpu_0_utilization_percentage, 20);
  assert.equal((await told(source)).gpu_0_utilization_percentage, 30);
  assert.ok(existsSync(join(dir, "done")));
});

test("closing ends nvidia-smi", async (t) => {
  const { env, dir } = fake(t, "echo $$ > pid\necho '0, 1, 1, 4, 1, 4'\nexec sleep 60");
  const source = gpuSource({ everyMs: 1000, env });
  await told(source);
  const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
  assert.ok(process.kill(pid, 0));
  source.close();
  let isAlive = true;
  for (let left = 200; isAlive && left > 0; left--) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    try {
      process.kill(pid, 0);
    } catch {
      isAlive = false;
    }
  }
  assert.ok(!isAlive);
});

test("no nvidia-smi, one that fails and one that complains tell nothing, and none is begun again", async (t) => {
  const absent = gpuSource({ everyMs: 1000, env: { PATH: scratch(t) } });
  assert.deepEqual(await told(absent, 4), {});
  absent.close();
  const { env, dir } = fake(t, "echo x >> begun\necho 'NVIDIA-SMI has failed because it could not, well'\nexit 9");
  const failing = gpuSource({ everyMs: 1000, env });
  assert.deepEqual(await told(failing, 40), {});
  assert.equal(readFileSync(join(dir, "begun"), "utf8"), "x\n");
  failing.close();
});
