import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type StubKernel, textOf, withStubKernel } from "./withStubKernel.ts";

/** Process ids of the group that `startKernel` made for a kernel, the kernel's own included. */
function groupOf(leader: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.[2] === String(leader))
    .map(Number);
}

/** State, parent and group of a process; undefined when it is gone. */
function statOf(pid: string): string[] | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return fields[0] === "Z" ? undefined : fields;
  } catch {
    return undefined;
  }
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`not within 10 s: ${what}`);
}

/** The cells whose names are in scope, as the stub of the checker tells. */
async function inScope({ ask }: StubKernel): Promise<unknown> {
  return (await ask("complete_request", { code: "", cursor_pos: 0 })).reply.matches;
}

describe("an evaluator that dies", { timeout: 300_000 }, () => {
  const deaths: [order: string, ename: string, says: RegExp][] = [
    ["exit 3", "ProcessExit", /exit code 3/],
    ["kill", "ProcessKilled", /SIGKILL/],
    ["heap", "OutOfMemory", /NODE_OPTIONS=--max-old-space-size/],
  ];
  for (const [order, ename, says] of deaths)
    test(`by ${order} is reported on its cell after all that the cell printed, and the next cell runs`, () =>
      withStubKernel(async (stub) => {
        await stub.run("print one");
        const { reply, messages } = await stub.run(`lines 2000\nraw native\n${order}`);
        assert.deepEqual([reply.status, reply.ename], ["error", ename]);
        assert.match(String(reply.evalue), says);
        assert.match(String(reply.evalue), /lost/);
        const text = textOf(messages);
        assert.equal(text.split("\n").length, 2002);
        assert.match(text, /native\n/);
        assert.equal(textOf((await stub.run("print alive")).messages), "alive\n");
        assert.deepEqual(await inScope(stub), ["print alive"], "what was declared before is gone");
      }));

  test("between two cells is reported on the last one", () =>
    withStubKernel(async ({ run, hears }) => {
      await run("late 100 x\nsleep 1");
      const cell = run("print a\nlate 50 y");
      await cell;
      await run("exit 4", { silent: true });
      assert.equal((await run("print b")).reply.status, "ok");
      await hears(({ header }) => header.msg_type === "status");
    }));

  test("does not take a queued cell with it when errors do not stop the queue", () =>
    withStubKernel(async ({ client, run }) => {
      client.execute("sleep 100\nexit 1", { stop_on_error: false });
      assert.equal(textOf((await run("print second")).messages), "second\n");
    }));
});

describe("a type checker", { timeout: 300_000 }, () => {
  test("that dies once is started again, told the committed cells, and asked again", () =>
    inFolder(async (file) =>
      withStubKernel(async (stub) => {
        await stub.run("print one");
        await stub.run("bad");
        const { reply } = await stub.run(`die once ${file}`);
        assert.equal(reply.status, "ok", "the stub runs such a cell as an order that it does not know");
        assert.deepEqual(await inScope(stub), ["print one", `die once ${file}`]);
      }),
    ));

  test("that hangs once is started again, and asked again", () =>
    inFolder(async (file) =>
      withStubKernel(async (stub) => {
        await stub.run("print one");
        assert.equal((await stub.run(`hang once ${file}`)).reply.status, "ok");
        assert.deepEqual(await inScope(stub), ["print one", `hang once ${file}`]);
      }),
    ));

  test("that dies of a cell each time fails that cell and no other", () =>
    withStubKernel(async (stub) => {
      const { reply } = await stub.run("die");
      assert.deepEqual([reply.status, reply.ename], ["error", "CheckerFailure"]);
      assert.equal((await stub.run("print a")).reply.status, "ok");
      assert.deepEqual(await inScope(stub), ["print a"]);
    }));

  test("that hangs of a cell does not hold up an interrupt", () =>
    withStubKernel(async ({ client, ask, run, hears }) => {
      const cell = client.execute("hang");
      await hears(({ header }) => header.msg_type === "execute_input");
      await ask("interrupt_request", {}, "control");
      assert.equal((await cell.reply).content.ename, "Interrupted");
      assert.equal((await run("print a")).reply.status, "ok");
    }));
});

describe("no process is left", { timeout: 300_000 }, () => {
  const skip = process.platform === "linux" ? false : "reads /proc";

  test("after a shutdown, of an idle and of a busy kernel, nor one that a cell has started", { skip }, async () => {
    for (const busy of [false, true])
      await withStubKernel(async ({ kernel, client, hears, run }) => {
        await run("child");
        const all = groupOf(kernelPid());
        assert.ok(all.length >= 4, `${all.length} processes`);
        if (busy) {
          const { id } = client.execute("wait");
          await hears(({ header, parentHeader }) => header.msg_type === "execute_input" && parentHeader.msg_id === id);
        }
        const { content } = await client.request("shutdown_request", { restart: true }, "control").reply;
        assert.deepEqual(content, { status: "ok", restart: true });
        assert.match(await kernel.exited, /exit code 0/);
        await until(() => all.every((pid) => !statOf(String(pid))), "all processes are gone");
      });
  });

  test("when the supervisor is killed", { skip }, () =>
    withStubKernel(async ({ run, kernel }) => {
      await run("print a");
      const leader = kernelPid();
      const children = groupOf(leader).filter((pid) => pid !== leader);
      process.kill(leader, "SIGKILL");
      await kernel.exited;
      await until(() => children.every((pid) => !statOf(String(pid))), "its children are gone");
    }),
  );
});

/** The kernel that this process started. */
function kernelPid(): number {
  const children = readdirSync("/proc").filter((name) => statOf(name)?.[1] === String(process.pid));
  const leaders = children.filter((pid) => statOf(pid)?.[2] === pid).map(Number);
  return Math.max(...leaders);
}

async function inFolder(use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sulam-checker-"));
  try {
    await use(join(folder, "mark"));
  } finally {
    await rm(folder, { recursive: true });
  }
}
