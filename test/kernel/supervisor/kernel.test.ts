import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { textOf, withStubKernel } from "./withStubKernel.ts";

const types = (messages: { header: { msg_type: string } }[]): string[] => messages.map(({ header }) => header.msg_type);

describe("a kernel", { timeout: 300_000 }, () => {
  test("brackets a cell by busy and idle, and shows input, output and result between them", () =>
    withStubKernel(async ({ run }) => {
      const { reply, messages } = await run("print a\nshow b\nprint c\nresult d");
      assert.equal(reply.status, "ok");
      const between = ["execute_input", "stream", "display_data", "stream", "execute_result"];
      assert.deepEqual(types(messages), ["status", ...between, "status"]);
      assert.equal(messages[0]!.content.execution_state, "busy");
      assert.equal(messages[5]!.content.execution_count, 1);
    }));

  test("publishes nothing of a silent cell, and does not count it", () =>
    withStubKernel(async ({ run }) => {
      const { messages } = await run("print a\nshow b\nthrow", { silent: true });
      assert.deepEqual(types(messages), ["status", "status"]);
      const { reply } = await run("print a");
      assert.equal(reply.execution_count, 1);
    }));

  test("counts only cells that are stored", () =>
    withStubKernel(async ({ run }) => {
      await run("print a");
      const { reply } = await run("print b", { store_history: false });
      assert.equal(reply.execution_count, 1);
      assert.equal((await run("print c")).reply.execution_count, 2);
    }));

  test("aborts what was queued when a cell fails, and nothing that comes later", () =>
    withStubKernel(async ({ client, run }) => {
      const cells = ["sleep 100\nthrow", "print second", "print third"].map((code) => client.execute(code));
      const replies = await Promise.all(cells.map(({ reply }) => reply));
      assert.deepEqual(
        replies.map(({ content }) => content.status),
        ["error", "aborted", "aborted"],
      );
      await Promise.all(cells.map(({ idle }) => idle));
      const { reply, messages } = await run("print fourth");
      assert.equal(reply.status, "ok");
      assert.equal(textOf(messages), "fourth\n");
    }));

  test("goes on with the queue when a cell fails with stop_on_error false", () =>
    withStubKernel(async ({ client, run }) => {
      client.execute("sleep 100\nthrow", { stop_on_error: false });
      assert.equal((await run("print second")).reply.status, "ok");
    }));

  test("answers kernel_info, completion and history while a cell runs, and then says that it is busy again", () =>
    withStubKernel(async ({ client, ask, heard, hears }) => {
      const cell = client.execute("print on\nwait");
      await hears(({ header }) => header.msg_type === "stream");
      const asked: [type: string, channel: "shell" | "control"][] = [
        ["kernel_info_request", "control"],
        ["kernel_info_request", "shell"],
        ["complete_request", "shell"],
        ["history_request", "shell"],
      ];
      for (const [type, channel] of asked)
        assert.equal((await ask(type, { code: "" }, channel)).reply.status, "ok", type);
      await hears((message) => message === heard.at(-1) && message.content.execution_state === "busy");
      assert.equal(heard.at(-1)!.parentHeader.msg_id, cell.id);
      await ask("interrupt_request", {}, "control");
      assert.equal((await cell.reply).content.ename, "Interrupted");
    }));

  test("an interrupt while nothing runs does not hit the next cell", () =>
    withStubKernel(async ({ ask, run }) => {
      assert.equal((await ask("interrupt_request", {}, "control")).reply.status, "ok");
      assert.equal((await run("sleep 50\nprint a")).reply.status, "ok");
    }));

  test("an interrupt reaches what a cell has left running, a timer or a widget's handler, too", () =>
    withStubKernel(async ({ ask, run, hears }) => {
      await run("stuck");
      await ask("interrupt_request", {}, "control");
      await hears(({ content }) => content.text === "stopped\n");
    }));

  test("says honestly that it has no debugger, and answers no message that it does not know", () =>
    withStubKernel(async ({ client, ask, run }) => {
      const { reply } = await ask("debug_request", { type: "request", seq: 7, command: "attach" }, "control");
      assert.deepEqual([reply.success, reply.request_seq, reply.command], [false, 7, "attach"]);
      const unknown = client.request("nonsense_request", {});
      const silence = await Promise.race([unknown.reply, run("print a").then(() => "silence")]);
      assert.equal(silence, "silence");
    }));

  test("loses nothing of 50 MB, and its idle comes behind them", () =>
    withStubKernel(async ({ run }) => {
      const { reply, messages } = await run("flood 50");
      assert.equal(reply.status, "ok");
      assert.equal(textOf(messages).length, 50 * 2 ** 20);
      assert.equal(messages.at(-1)!.content.execution_state, "idle");
    }));

  test("keeps the output of native code and of a timer with the cell that caused it", () =>
    withStubKernel(async ({ client, run, hears }) => {
      const late = client.execute("raw native\nlate 150 x");
      await late.idle;
      const native = await hears(({ content }) => content.text === "native\n");
      assert.equal(native.parentHeader.msg_id, late.id);
      const { messages } = await run("sleep 300\nprint second");
      assert.equal(textOf(messages), "second\n");
      assert.equal((await hears(({ content }) => content.text === "x\n")).parentHeader.msg_id, late.id);
    }));

  test("takes requests whose fields are missing or of a wrong type", () =>
    withStubKernel(async ({ ask, run }) => {
      for (const content of [{}, { code: 7, cursor_pos: "x" }, { code: null, user_expressions: 3 }])
        for (const type of ["complete", "inspect", "is_complete", "history", "comm_info", "execute"])
          assert.ok((await ask(`${type}_request`, content)).reply.status, `${type} ${JSON.stringify(content)}`);
      assert.equal((await run("print a")).reply.status, "ok");
    }));

  test("evaluates user expressions after the cell", () =>
    withStubKernel(async ({ run }) => {
      const { reply } = await run("print a", { user_expressions: { x: "1 + 1" } });
      const data = { "text/plain": "1 + 1" };
      assert.deepEqual(reply.user_expressions, { x: { status: "ok", data, metadata: {} } });
    }));

  test("an interrupt between two user expressions stops the one whose translation is under way, and the next", () =>
    withStubKernel(async ({ client, ask }) => {
      const folder = mkdtempSync(join(tmpdir(), "sulam-stub-"));
      try {
        const [begun, goOn] = [join(folder, "begun"), join(folder, "goOn")];
        const { reply } = client.execute("print a", { user_expressions: { x: `slow ${begun} ${goOn}`, y: "1" } });
        while (!existsSync(begun)) await sleep(10);
        await ask("interrupt_request", {}, "control");
        writeFileSync(goOn, "");
        const { status, user_expressions: found } = (await reply).content;
        const names = Object.values(found as Record<string, { ename?: string }>).map(({ ename }) => ename);
        assert.deepEqual([status, names], ["ok", ["Interrupted", "Interrupted"]]);
        const next = await client.execute("print b", { user_expressions: { x: "1" } }).reply;
        assert.equal((next.content.user_expressions as { x: { status: string } }).x.status, "ok");
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }));

  test("an answer to a cell that was interrupted is not taken for the next cell's question", () => {
    const answers = new Map<string, (value: string) => void>();
    const asked = async (prompt: string): Promise<void> => {
      while (!answers.has(prompt)) await sleep(10);
    };
    return withStubKernel(
      async ({ client, run, ask }) => {
        const first = client.execute("ask one?");
        await asked("one?");
        await ask("interrupt_request", {}, "control");
        assert.equal((await first.reply).content.status, "error");
        const second = run("ask two?");
        await asked("two?");
        answers.get("one?")!("too late");
        // its message is on its way before the next one
        await ask("kernel_info_request", {});
        answers.get("two?")!("Ada");
        assert.equal(textOf((await second).messages), "got Ada\n");
      },
      (prompt) => new Promise((resolve) => answers.set(prompt, resolve)),
    );
  });

  test("asks the reader on stdin only when the frontend allows it", () =>
    withStubKernel(
      async ({ run }) => {
        assert.equal(textOf((await run("ask name?")).messages), "got Ada to name?\n");
        const { reply } = await run("ask name?", { allow_stdin: false });
        assert.match(String(reply.evalue), /takes no input/);
      },
      async (prompt) => `Ada to ${prompt}`,
    ));

  test("files what a comm's handlers say, at once and later, under the comm's message, all but the late before its idle", () =>
    withStubKernel(async ({ client, run, ask, heard, hears }) => {
      const cell = client.execute("sleep 300\nprint cell");
      await hears(({ header }) => header.msg_type === "execute_input");
      const { id } = client.request("comm_open", { comm_id: "c", target_name: "t", data: {} });
      await cell.idle;
      await hears(({ content }) => content.text === "later\n");
      const said = heard.filter(({ parentHeader }) => parentHeader.msg_id === id);
      const told = said.map(({ header, content }) => content.execution_state ?? content.text ?? header.msg_type);
      assert.deepEqual(told, ["busy", "handled open\n", "comm_msg", "idle", "later\n"]);
      const outputs = heard.filter(
        ({ header, parentHeader }) => header.msg_type === "stream" && parentHeader.msg_id === cell.id,
      );
      assert.equal(textOf(outputs), "cell\n");
      client.request("comm_open", { comm_id: "d", target_name: "t", data: {} });
      assert.equal((await run("print next")).reply.status, "ok");
      assert.deepEqual(Object.keys((await ask("comm_info_request", {})).reply.comms as object), ["c", "d"]);
    }));

  test("tells which comms are open, and passes buffers both ways", () =>
    withStubKernel(async ({ client, ask, hears }) => {
      client.request("comm_open", { comm_id: "c", target_name: "t", data: { n: 1 } });
      const echoed = await hears(({ header }) => header.msg_type === "comm_msg");
      assert.deepEqual([echoed.content.comm_id, echoed.content.data], ["c", { n: 1 }]);
      assert.deepEqual((await ask("comm_info_request", {})).reply.comms, { c: { target_name: "t" } });
      assert.deepEqual((await ask("comm_info_request", { target_name: "other" })).reply.comms, {});
      client.request("comm_msg", { comm_id: "c", data: {} });
      await hears(({ header }) => header.msg_type === "comm_close");
      assert.deepEqual((await ask("comm_info_request", {})).reply.comms, {});
    }));
});
