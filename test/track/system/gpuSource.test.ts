import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gpuSource } from "../../../src/track/system/gpuSource.ts";
import type { SystemSource } from "../../../src/track/system/systemSource.ts";
import { scratch } from "../scratch.ts";

/** A `nvidia-smi` that does what `script` says, alone in front of PATH. */
function fake(t: TestContext, script: string): { env: Record<string, string>; dir: string } {
  const dir = scratch(t);
  writeFileSync(join(dir, "nvidia-smi"), `#!/bin/sh\ncd ${dir}\necho "$@" > asked\n${script}\n`, { mode: 0o755 });
  return { env: { PATH: dir + delimiter + process.env.PATH }, dir };
}

/** Tells the number of its line as the load, and waits between two as long as it was asked to. */
const COUNTING = `for arg; do case $arg in --loop-ms=*) ms=\${arg#--loop-ms=};; esac; done
echo $$ > pid
n=0
while :; do n=$((n + 1)); echo "0, $n, 1, 4, 1, 4"; sleep $((ms / 1000)).$(printf %03d $((ms % 1000))); done`;

const clock = (): number => performance.now();

/** Looks until it is so, or so long that it will not be. @returns whether it was */
async function until(isSo: () => boolean, tries = 400): Promise<boolean> {
  for (let left = tries; left > 0; left--) {
    if (isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

/** Reads until something is told, or long enough that nothing will be. */
async function told(source: SystemSource, tries?: number): Promise<Record<string, number>> {
  let values: Record<string, number> = {};
  await until(() => {
    values = source.read();
    return Object.keys(values).length > 0;
  }, tries);
  return values;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("each card is told under MLflow's names; MiB become 10^6 bytes, and what a card does not tell is left out", async (t) => {
  const { env, dir } = fake(
    t,
    `printf '0, 37, 1024, 4096, 120.50, 482.00\\n1, [N/A], 2048, 8192, [N/A], [N/A]\\n'\nsleep 60`,
  );
  const source = gpuSource({ everyMs: 10_000, env, clock });
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
  assert.equal(
    readFileSync(join(dir, "asked"), "utf8"),
    "--query-gpu=index,utilization.gpu,memory.used,memory.total,power.draw,enforced.power.limit " +
      "--format=csv,noheader,nounits --loop-ms=1000\n",
  );
});

test("of samples that were told while the program was busy, the last counts; a line may come in pieces", async (t) => {
  const lines = ["0, 10, 1, 4, 1, 4", "0, 20, 1, 4, 1, 4", "0, 3"].join("\\n");
  const { env, dir } = fake(t, `printf '${lines}'\nsleep 0.2\nprintf '0, 1, 4, 1, 4\\n'\ntouch done\nsleep 60`);
  const source = gpuSource({ everyMs: 1000, env, clock });
  t.after(() => source.close());
  assert.equal((await told(source)).gpu_0_utilization_percentage, 20);
  assert.ok(await until(() => source.read().gpu_0_utilization_percentage === 30));
  assert.ok(await until(() => existsSync(join(dir, "done"))));
});

test("what is told is never an interval old: nvidia-smi is asked each second, however far apart the samples are", async (t) => {
  const source = gpuSource({ everyMs: 3_600_000, env: fake(t, COUNTING).env, clock });
  t.after(() => source.close());
  assert.equal((await told(source)).gpu_0_utilization_percentage, 1);
  assert.ok(await until(() => (source.read().gpu_0_utilization_percentage ?? 0) >= 2));
  const often = fake(t, COUNTING);
  const busy = gpuSource({ everyMs: 100.5, env: often.env, clock });
  t.after(() => busy.close());
  await told(busy);
  assert.match(readFileSync(join(often.dir, "asked"), "utf8"), /--loop-ms=101$/m, "nor less often than the samples");
});

test("a line that is late leaves the last one standing, for an interval or five seconds, whichever is longer", async (t) => {
  const line = (load: number): string => `echo '0, ${load}, 1, 4, 1, 4'`;
  for (const [everyMs, limit] of [
    [100, 5_000],
    [60_000, 60_000],
  ]) {
    let time = 0;
    const { env, dir } = fake(t, `${line(7)}\nwhile [ ! -e go ]; do sleep 0.02; done\n${line(8)}\nsleep 60`);
    const source = gpuSource({ everyMs, env, clock: () => time });
    t.after(() => source.close());
    assert.equal((await told(source)).gpu_0_utilization_percentage, 7);
    time = limit;
    assert.equal(source.read().gpu_0_utilization_percentage, 7);
    time = limit + 1;
    assert.deepEqual(source.read(), {}, "then it tells no more of the card");
    writeFileSync(join(dir, "go"), "");
    assert.ok(await until(() => source.read().gpu_0_utilization_percentage === 8), "the next line counts again");
  }
});

test("of a card that is lost the others are told on; what a card tells no more is gone at its next line", async (t) => {
  let time = 0;
  const { env, dir } = fake(
    t,
    `printf '0, 5, 1, 4, 1, 4\\n1, 6, 1, 4, 1, 4\\n'
while [ ! -e go ]; do sleep 0.02; done
printf '0, 7, 1, 4, [N/A], 4\\n'
sleep 60`,
  );
  const source = gpuSource({ everyMs: 1000, env, clock: () => time });
  t.after(() => source.close());
  assert.ok(await until(() => source.read().gpu_1_utilization_percentage === 6));
  time = 6_000;
  writeFileSync(join(dir, "go"), "");
  assert.ok(await until(() => source.read().gpu_0_utilization_percentage === 7));
  assert.deepEqual(source.read(), {
    gpu_0_utilization_percentage: 7,
    gpu_0_memory_usage_megabytes: 1,
    gpu_0_memory_usage_percentage: 25,
  });
});

test("what a nvidia-smi told that has ended is not told on", async (t) => {
  const { env, dir } = fake(t, "echo '0, 9, 1, 4, 1, 4'\nwhile [ ! -e go ]; do sleep 0.02; done");
  const source = gpuSource({ everyMs: 1000, env, clock: () => 0 });
  t.after(() => source.close());
  assert.equal((await told(source)).gpu_0_utilization_percentage, 9);
  writeFileSync(join(dir, "go"), "");
  assert.ok(await until(() => Object.keys(source.read()).length === 0));
});

test("a nvidia-smi whose program was killed ends at its next line, within a second or so", async (t) => {
  const { env, dir } = fake(t, COUNTING);
  const module = new URL("../../../src/track/system/gpuSource.ts", import.meta.url);
  const program = `import { gpuSource } from "${module}";
    gpuSource({ everyMs: 3_600_000, env: process.env, clock: () => 0 }).read();
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=source", "--input-type=module", "-e", program],
    {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      env: { ...process.env, ...env },
      stdio: "ignore",
    },
  );
  t.after(() => child.kill("SIGKILL"));
  const file = join(dir, "pid");
  assert.ok(await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"), 2400));
  const pid = Number(readFileSync(file, "utf8"));
  child.kill("SIGKILL");
  assert.ok(await until(() => !isAlive(pid)));
});

test("closing ends nvidia-smi", async (t) => {
  const { env, dir } = fake(t, "echo $$ > pid\necho '0, 1, 1, 4, 1, 4'\nexec sleep 60");
  const source = gpuSource({ everyMs: 1000, env, clock });
  await told(source);
  const pid = Number(readFileSync(join(dir, "pid"), "utf8"));
  assert.ok(isAlive(pid));
  source.close();
  assert.ok(await until(() => !isAlive(pid)));
});

test("no nvidia-smi, one that fails and one that complains tell nothing, and none is begun again", async (t) => {
  const absent = gpuSource({ everyMs: 1000, env: { PATH: scratch(t) }, clock });
  assert.deepEqual(await told(absent, 4), {});
  absent.close();
  const { env, dir } = fake(t, "echo x >> begun\necho 'NVIDIA-SMI has failed because it could not, well'\nexit 9");
  const failing = gpuSource({ everyMs: 1000, env, clock });
  assert.deepEqual(await told(failing, 40), {});
  assert.equal(readFileSync(join(dir, "begun"), "utf8"), "x\n");
  failing.close();
});

test("where there is none, a run that ends at its first reading sends no signal to the processes of its group", async (t) => {
  const source = new URL("../../../src/track/system/gpuSource.ts", import.meta.url).href;
  const program = `
    import { gpuSource } from ${JSON.stringify(source)};
    process.on("SIGTERM", () => console.log("terminated"));
    const source = gpuSource({ everyMs: 1000, env: { PATH: ${JSON.stringify(scratch(t))} }, clock: () => 0 });
    source.read();
    source.close();
    setTimeout(() => {}, 200);`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", program];
  // a group of its own: the signal would end these tests, too
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual([code, out], [0, ""]);
});
