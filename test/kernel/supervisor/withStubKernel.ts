import { fileURLToPath } from "node:url";
import type { KernelClient } from "../../../src/kernel/client/kernelClient.ts";
import { type RunningKernel, startKernel } from "../../../src/kernel/client/startKernel.ts";
import type { Message } from "../../../src/kernel/wire/message.ts";

/** What a request led to: its reply, and its iopub messages up to its idle. */
export interface Outcome {
  reply: Message["content"];
  messages: Message[];
}

/** A supervisor with stub children, and what it said. */
export interface StubKernel {
  kernel: RunningKernel;
  client: KernelClient;
  /** All of iopub so far. */
  heard: Message[];
  /** Runs a cell of orders (see stubEvaluator.ts). */
  run(code: string, content?: Record<string, unknown>): Promise<Outcome>;
  ask(type: string, content: Record<string, unknown>, channel?: "shell" | "control"): Promise<Outcome>;
  /** Resolves when iopub says something that fits. */
  hears(fits: (message: Message) => boolean): Promise<Message>;
}

/** Starts the supervisor with stubs, and ends it after `use`. */
export async function withStubKernel(
  use: (stub: StubKernel) => Promise<void>,
  onInput?: (prompt: string) => Promise<string>,
): Promise<void> {
  const file = fileURLToPath(new URL("stubKernel.ts", import.meta.url));
  const argv = [process.execPath, "--import", import.meta.resolve("tsx"), "--conditions=source", file];
  const command = { name: "stub", language: "typescript", env: {}, interruptMode: "message" as const };
  const heard: Message[] = [];
  const listeners = new Set<(message: Message) => void>();
  const onIopub = (message: Message): void => {
    heard.push(message);
    for (const tell of listeners) tell(message);
  };
  const options = { cwd: process.cwd(), startTimeoutMs: 60_000, onIopub, onInput };
  const kernel = await startKernel({ ...command, argv: [...argv, "{connection_file}"] }, options);
  const { client } = kernel;
  const outcome = async ({ id, reply, idle }: ReturnType<KernelClient["request"]>): Promise<Outcome> => {
    const { content } = await reply;
    await idle;
    return { reply: content, messages: heard.filter((message) => message.parentHeader.msg_id === id) };
  };
  const hears = (fits: (message: Message) => boolean): Promise<Message> => {
    const before = heard.find(fits);
    if (before) return Promise.resolve(before);
    return new Promise((resolve) => {
      const tell = (message: Message): void => {
        if (!fits(message)) return;
        listeners.delete(tell);
        resolve(message);
      };
      listeners.add(tell);
    });
  };
  try {
    await use({
      kernel,
      client,
      heard,
      hears,
      run: (code, content) => outcome(client.execute(code, content)),
      ask: (type, content, channel) => outcome(client.request(type, content, channel)),
    });
  } finally {
    await kernel.stop();
  }
}

/** The text that went to one stream. */
export function textOf(messages: readonly Message[], name: "stdout" | "stderr" = "stdout"): string {
  const streams = messages.filter(({ header, content }) => header.msg_type === "stream" && content.name === name);
  return streams.map(({ content }) => content.text).join("");
}
