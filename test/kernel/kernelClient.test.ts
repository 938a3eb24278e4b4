import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { KernelClient, type Listeners } from "../../src/kernel/client/kernelClient.ts";
import type { RunningKernel } from "../../src/kernel/client/startKernel.ts";
import { startFake } from "./client/startFake.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-client-"));
process.env.TMPDIR = folder;
after(() => rmSync(folder, { recursive: true, force: true }));

/** The connection file of the one kernel that runs. */
function connectionFile(): string {
  const [own] = readdirSync(folder).filter((name) => name.startsWith("sulam-kernel-"));
  return join(folder, own, "connection.json");
}

/** Starts a kernel, does `work` with it, and stops it; gives the texts of its streams. */
async function texts(work: (kernel: RunningKernel) => Promise<void>, listeners: Listeners = {}): Promise<string> {
  let all = "";
  const kernel = await startFake({
    ...listeners,
    onIopub: ({ header, content }) => {
      if (header.msg_type === "stream") all += content.text;
    },
  });
  try {
    await work(kernel);
  } finally {
    await kernel.stop();
  }
  return all;
}

test("idle resolves after all outputs of its request, for many requests at once", async () => {
  const said = await texts(async ({ client }) => {
    const requests = Array.from({ length: 20 }, (_, i) => client.execute(`print ${i}`));
    await Promise.all(requests.map(({ idle }) => idle));
  });
  assert.equal(said, Array.from({ length: 20 }, (_, i) => `${i}\n`).join(""));
});

test("a question of the kernel is answered; without somebody to answer the kernel is told that nobody can", async () => {
  const ask = async ({ client }: RunningKernel): Promise<void> => client.execute("ask name?").idle;
  assert.equal(await texts(ask, { onInput: async (prompt) => `${prompt} Siti` }), "told name? Siti\n");
  assert.equal(await texts(ask), "nobody\n");
});

test("a message that another key signed is not taken", async () => {
  assert.equal(await texts(({ client }) => client.execute("print a\nforge evil\nprint b").idle), "a\nb\n");
});

test("only this user can read the connection file, each kernel has a key of its own, and both are gone at the end", async () => {
  const keys: string[] = [];
  for (let i = 0; i < 2; i++)
    await texts(async () => {
      assert.equal(statSync(connectionFile()).mode & 0o777, 0o600);
      keys.push(JSON.parse(readFileSync(connectionFile(), "utf8")).key);
    });
  assert.notEqual(keys[0], keys[1]);
  assert.match(keys[0], /^[0-9a-f]{64}$/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("sulam-kernel-")),
    [],
  );
});

test("closing a client rejects what it still waits for", async () => {
  await texts(async () => {
    const other = new KernelClient(JSON.parse(readFileSync(connectionFile(), "utf8")));
    const { reply } = other.execute("hang");
    other.close();
    await assert.rejects(reply, /the connection to the kernel was closed/);
  });
});
