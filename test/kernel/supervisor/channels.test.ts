import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Dealer, Request, Subscriber } from "zeromq";
import { newConnection } from "../../../src/kernel/client/newConnection.ts";
import { Channels } from "../../../src/kernel/supervisor/channels.ts";
import { type Connection, endpoint } from "../../../src/kernel/wire/connection.ts";
import { decodeMessage, encodeMessage, type Message, newHeader } from "../../../src/kernel/wire/message.ts";

/** Channels that answer each request on shell with its content. */
async function withEcho(connection: Connection, use: (channels: Channels) => Promise<void>): Promise<void> {
  const channels = new Channels(connection);
  await channels.listen((channel, message) =>
    channels.reply(channel, message, { type: "echo_reply", content: message.content, buffers: message.buffers }),
  );
  try {
    await use(channels);
  } finally {
    await channels.close();
  }
}

function request(content: Record<string, unknown>, buffers: Uint8Array[] = []): Message {
  return { identities: [], header: newHeader("echo_request", "s"), parentHeader: {}, metadata: {}, content, buffers };
}

async function withDealer(connection: Connection, use: (dealer: Dealer) => Promise<void>): Promise<void> {
  const dealer = new Dealer({ linger: 0 });
  dealer.connect(endpoint(connection, connection.shell_port));
  try {
    await use(dealer);
  } finally {
    dealer.close();
  }
}

describe("the channels", () => {
  for (const transport of ["tcp", "ipc"] as const)
    test(`answer over ${transport}, with the request's header as the parent's, and echo the heartbeat`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "sulam-ipc-"));
      const ip = transport === "ipc" ? join(folder, "k") : "127.0.0.1";
      const connection = { ...(await newConnection()), transport, ip };
      await withEcho(connection, () =>
        withDealer(connection, async (dealer) => {
          const asked = request({ a: "é" }, [Buffer.from([0, 255])]);
          await dealer.send(encodeMessage(asked, connection.key) as Buffer[]);
          const answer = decodeMessage(await dealer.receive(), connection.key);
          assert.deepEqual(answer?.content, { a: "é" });
          assert.deepEqual(answer?.parentHeader, asked.header);
          assert.deepEqual([...answer!.buffers[0]!], [0, 255]);
          const ping = new Request({ linger: 0 });
          ping.connect(endpoint(connection, connection.hb_port));
          await ping.send("ping");
          assert.equal(String(await ping.receive()), "ping");
          ping.close();
        }),
      );
      await rm(folder, { recursive: true });
    });

  test("answer neither wrong signatures, nor repetitions, nor garbage, and live on", async () => {
    const connection = await newConnection();
    await withEcho(connection, () =>
      withDealer(connection, async (dealer) => {
        const first = encodeMessage(request({ n: 1 }), connection.key) as Buffer[];
        const wrong = encodeMessage(request({ n: 2 }), "another key") as Buffer[];
        const garbage: (Buffer | string)[][] = [["x"], [""], ["<IDS|MSG>"], ["<IDS|MSG>", "", "{", "{", "{", "{"]];
        for (const frames of [wrong, first, first, ...garbage]) await dealer.send(frames);
        // jupyter_client's manager and client share a session and each count their messages from 0
        const sameId = request({ n: 3 });
        for (const n of [3, 4])
          await dealer.send(encodeMessage({ ...sameId, content: { n } }, connection.key) as Buffer[]);
        const answers = [await dealer.receive(), await dealer.receive(), await dealer.receive()];
        const contents = answers.map((frames) => decodeMessage(frames, connection.key)?.content);
        assert.deepEqual(contents, [{ n: 1 }, { n: 3 }, { n: 4 }]);
      }),
    );
  });

  test("greet every subscriber, also of a topic that another has", async () => {
    const connection = await newConnection();
    const channels = new Channels(connection);
    await channels.listen(() => {});
    const subscribers: Subscriber[] = [];
    try {
      for (const topic of ["", "", "kernel", "kernel"]) {
        const subscriber = new Subscriber({ linger: 0, receiveTimeout: 5000 });
        // they stay: the next one is not the first of its topic
        subscribers.push(subscriber);
        subscriber.connect(endpoint(connection, connection.iopub_port));
        subscriber.subscribe(topic);
        const frames = await subscriber.receive();
        const { header, content, parentHeader } = decodeMessage(frames, connection.key)!;
        assert.equal(String(frames[0]), topic);
        assert.deepEqual([header.msg_type, content, parentHeader], ["iopub_welcome", { subscription: topic }, {}]);
      }
    } finally {
      for (const subscriber of subscribers) subscriber.close();
      await channels.close();
    }
  });

  test("greet a subscriber, and lose nothing of 3,000 messages for a slow one", async () => {
    const connection = await newConnection();
    const channels = new Channels(connection);
    await channels.listen(() => {});
    const slow = new Subscriber({ linger: 0, receiveHighWaterMark: 4, receiveTimeout: 20_000 });
    slow.connect(endpoint(connection, connection.iopub_port));
    slow.subscribe("");
    const read = async (): Promise<Message> => decodeMessage(await slow.receive(), connection.key)!;
    assert.equal((await read()).header.msg_type, "iopub_welcome");
    const text = "x".repeat(20_000);
    for (let n = 0; n < 3000; n++) channels.publish({ type: "stream", content: { n, text } });
    assert.ok(channels.unpublished > 0, "the socket took all of it: the test holds nothing back");
    for (let n = 0; n < 3000; n++) assert.equal((await read()).content.n, n);
    slow.close();
    await channels.close();
  });
});
