import assert from "node:assert/strict";
import type { Random } from "../../../src/base/random.ts";
import { ownKernel } from "../../../src/kernel/client/kernelCommand.ts";
import { type RunningKernel, startKernel } from "../../../src/kernel/client/startKernel.ts";
import type { Message } from "../../../src/kernel/wire/message.ts";
import { type ExpectedCell, RandomCells } from "./randomCell.ts";

/** What came of one request, in order of coming. */
interface Seen {
  stdout: string;
  value?: string;
}

/**
 * Runs random cells in one kernel, and throws at the first answer that is not the expected one: a line lost, added or in
 * another order, a cell skipped, a value or an error missing, a late line on another cell's account, a dead kernel.
 */
export async function soakKernel(random: Random, cells: number, folder: string): Promise<void> {
  const seen = new Map<string, Seen>();
  const heard = new Set<() => void>();
  const onIopub = (message: Message): void => {
    note(seen, message);
    for (const check of heard) check();
  };
  const kernel = await startKernel(ownKernel(), { cwd: folder, startTimeoutMs: 60_000, onIopub });
  /** Resolves as soon as the condition holds; it is looked at again after each message. */
  const until = (what: string, holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(() => reject(new Error(`${what} did not come within 30 s`))), 30_000);
      const check = (): void => {
        if (holds()) done(resolve);
      };
      const done = (end: () => void): void => {
        clearTimeout(timer);
        heard.delete(check);
        end();
      };
      heard.add(check);
      check();
    });
  const late: { id: string; expected: ExpectedCell }[] = [];
  try {
    const source = new RandomCells(random, folder);
    for (let count = 1; count <= cells; count++) {
      const expected = source.next();
      const id = await runOne(kernel, { expected, count, seen, until });
      if (expected.late === undefined) seen.delete(id);
      else late.push({ id, expected });
    }
    for (const { id, expected } of late) {
      const whole = expected.stdout + expected.late;
      await until(`late output of ${expected.code}`, () => seen.get(id)?.stdout === whole);
    }
  } finally {
    await kernel.stop();
  }
}

interface Turn {
  expected: ExpectedCell;
  count: number;
  seen: Map<string, Seen>;
  until: (what: string, holds: () => boolean) => Promise<void>;
}

async function runOne(kernel: RunningKernel, { expected, count, seen, until }: Turn): Promise<string> {
  const { id, reply, idle } = kernel.client.execute(expected.code);
  const cell = `cell ${count}:\n${expected.code}\n`;
  if (expected.interrupt) {
    await until(`${cell}its first line`, () => seen.get(id)?.stdout === expected.stdout);
    kernel.interrupt();
  }
  const dead = kernel.exited.then((how) => Promise.reject(new Error(`${cell}the kernel ended: ${how}`)));
  dead.catch(() => {});
  const slow = AbortSignal.timeout(30_000);
  const never = new Promise<never>((_, reject) => {
    slow.addEventListener("abort", () => reject(new Error(`${cell}no reply and idle within 30 s`)));
  });
  const [{ content }] = await Promise.race([Promise.all([reply, idle]), dead, never]);
  assert.equal(content.status, expected.status, `${cell}status; ${String(content.evalue ?? "")}`);
  assert.equal(content.execution_count, count, `${cell}execution count`);
  const { stdout = "", value } = seen.get(id) ?? {};
  const early = expected.late !== undefined && stdout === expected.stdout + expected.late;
  if (!early) assert.equal(stdout, expected.stdout, `${cell}output`);
  assert.equal(value, expected.value, `${cell}value`);
  const said = `${String(content.ename)}: ${String(content.evalue)}\n${(content.traceback as string[] | undefined)?.join("\n")}`;
  if (expected.error) assert.match(said, expected.error, `${cell}error`);
  return id;
}

function note(seen: Map<string, Seen>, { header, parentHeader, content }: Message): void {
  const id = parentHeader.msg_id ?? "";
  const known = seen.get(id) ?? { stdout: "" };
  if (header.msg_type === "stream" && content.name === "stdout") known.stdout += String(content.text);
  if (header.msg_type === "execute_result") known.value = (content.data as Record<string, string>)["text/plain"];
  seen.set(id, known);
}
