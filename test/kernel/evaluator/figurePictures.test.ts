import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inflateSync } from "node:zlib";
import { findBrowser } from "../../../src/kernel/evaluator/findBrowser.ts";
import type { EvaluatorEvent } from "../../../src/kernel/evaluatorMessages.ts";
import { type Ran, startEvaluator, type TestEvaluator } from "./startEvaluator.ts";

const skip = !findBrowser()
  ? "no browser: SULAM_CHROME names none, and none is installed"
  : process.platform !== "linux" && "processes are looked up in Linux's /proc";

/** A browser's start takes long on a busy machine. */
const PATIENCE = 180_000;

type Display = Extract<EvaluatorEvent, { kind: "display" }>;

const red = "({ data: [{ y: [1] }], layout: { width: 300, height: 200, paper_bgcolor: 'rgb(200, 30, 40)' } })";

/** Size and first pixel of a PNG file; of that pixel no filter changes anything, as nothing stands before it. */
function readPng(base64: unknown): { width: number; height: number; pixel: number[] } {
  const bytes = Buffer.from(String(base64), "base64");
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const row = inflateSync(Buffer.concat(parts));
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), pixel: [...row.subarray(1, 4)] };
}

/** The processes whose command line names this folder, and of them the program. */
function processesOf(folder: string): { pid: number; program: string }[] {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return numbers.flatMap((number) => {
    try {
      const words = readFileSync(`/proc/${number}/cmdline`, "utf8");
      return words.includes(folder) ? [{ pid: Number(number), program: words.split("\0")[0] }] : [];
    } catch {
      return [];
    }
  });
}

async function untilGone(folder: string): Promise<void> {
  for (let turn = 0; processesOf(folder).length > 0; turn++) {
    assert.ok(turn < 600, "the browser's processes are still there");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe("with SULAM_PNG=1 a figure", { skip }, () => {
  const temporary = mkdtempSync(join(tmpdir(), "sulam-figures-"));
  let evaluator: TestEvaluator;
  before(async () => {
    evaluator = await startEvaluator();
    await evaluator.run(`process.env.SULAM_PNG = "1"; process.env.TMPDIR = ${JSON.stringify(temporary)}`);
  });
  after(() => evaluator.stop());

  const run = async (js: string): Promise<Ran> => {
    const ran = await evaluator.end(evaluator.begin(js), PATIENCE);
    assert.equal(ran.error, undefined, ran.error?.traceback.join("\n"));
    return ran;
  };
  const profiles = (): string[] => readdirSync(temporary).filter((name) => name.startsWith("sulam-browser-"));
  const displays = (ran: Ran): Display[] => ran.events.filter((event) => event.kind === "display");

  test("that is a cell's value comes with its picture, of its own size at double density", async () => {
    const ran = await run(red);
    const results = ran.events.filter((event) => event.kind === "result");
    assert.equal(results.length, 1, ran.stderr);
    const { data, metadata } = results[0];
    assert.deepEqual(readPng(data["image/png"]), { width: 600, height: 400, pixel: [200, 30, 40] });
    assert.deepEqual(metadata, { "image/png": { width: 300, height: 200 } });
    assert.ok(
      String(data["text/html"]).includes(`<img src="data:image/png;base64,${data["image/png"]}"`),
      "in the HTML",
    );
    assert.ok(data["application/vnd.plotly.v1+json"], "the data is still there");
  });

  test("that is displayed keeps its order with what is printed, and gets its picture before the cell ends", async () => {
    const ran = await run(`display(${red}); console.log("after"); undefined`);
    const kinds = ran.events.map(({ kind }) => kind);
    assert.deepEqual(kinds, ["display", "stream", "display", "done"]);
    const [first, second] = displays(ran);
    assert.deepEqual([first.update, "image/png" in first.data], [false, false]);
    assert.deepEqual([second.update, second.displayId], [true, first.displayId]);
    assert.deepEqual(readPng(second.data["image/png"]).pixel, [200, 30, 40]);
  });

  test("that was replaced before its picture came stays replaced", async () => {
    const ran = await run(`display(${red}).update("another"); undefined`);
    const shown = displays(ran);
    assert.deepEqual(
      shown.map(({ data }) => data["text/plain"]),
      ["plotly figure with 1 trace", "'another'"],
    );
  });

  test("that plotly cannot draw is shown without, and the cell's stderr says why", async () => {
    const ran = await run("({ data: [5], layout: {} })");
    const result = ran.events.find((event) => event.kind === "result");
    assert.deepEqual(Object.keys(result?.kind === "result" ? result.data : {}).includes("image/png"), false);
    assert.match(ran.stderr, /^The figure has no PNG\. plotly: TypeError/);
  });

  test("that is being painted does not hold an interrupted cell, and later ones get their pictures", async () => {
    const signal = (name: NodeJS.Signals): void => {
      for (const { pid } of processesOf(temporary)) process.kill(pid, name);
    };
    signal("SIGSTOP");
    const cell = evaluator.begin(`console.log("begun"); ${red}`);
    await evaluator.until(() => evaluator.events.find((event) => event.kind === "stream" && event.cell === cell), "it");
    evaluator.send({ kind: "interrupt" });
    const { error } = await evaluator.end(cell);
    assert.equal(error?.ename, "Interrupted");
    signal("SIGCONT");
    const ran = await run(`display(${red}); undefined`);
    assert.deepEqual(readPng(displays(ran).at(-1)?.data["image/png"]).pixel, [200, 30, 40]);
  });

  test("gets a new browser when the old one was killed", async () => {
    for (const { pid, program } of processesOf(temporary)) if (program !== "/bin/sh") process.kill(pid, "SIGKILL");
    await untilGone(temporary);
    const ran = await run(red);
    const result = ran.events.find((event) => event.kind === "result");
    assert.ok(result?.kind === "result" && "image/png" in result.data, `no picture: ${ran.stderr}`);
  });

  test("leaves no process and no folder of its browser when the kernel shuts down", async () => {
    assert.ok(processesOf(temporary).length > 0, "the browser runs");
    evaluator.send({ kind: "shutdown" });
    await untilGone(temporary);
    assert.deepEqual(profiles(), []);
  });

  test("leaves nothing of its browser when the kernel is killed, either", async () => {
    evaluator = await startEvaluator();
    await evaluator.run(`process.env.SULAM_PNG = "1"; process.env.TMPDIR = ${JSON.stringify(temporary)}`);
    await run(red);
    assert.ok(processesOf(temporary).length > 0, "the browser runs");
    evaluator.child.kill("SIGKILL");
    await untilGone(temporary);
    assert.deepEqual(profiles(), []);
  });
});

describe("with SULAM_PNG=1 and no browser that works, a figure is shown without a picture, and stderr says why once", () => {
  for (const [browser, says] of [
    ["/nowhere/chromium", /^The figure has no PNG\. SULAM_CHROME: names \/nowhere\/chromium, which is no program/],
    ["/bin/false", /^The figure has no PNG\. the browser ended with exit code 1/],
  ] as const)
    test(browser, async () => {
      const evaluator = await startEvaluator();
      try {
        await evaluator.run(`process.env.SULAM_PNG = "1"; process.env.SULAM_CHROME = ${JSON.stringify(browser)}`);
        const [ran, again] = [await evaluator.run(red), await evaluator.run(red)];
        assert.equal(ran.error, undefined);
        assert.equal(ran.result, "plotly figure with 1 trace");
        assert.match(ran.stderr, says);
        assert.equal(again.stderr, "");
      } finally {
        await evaluator.stop();
      }
    });
});
