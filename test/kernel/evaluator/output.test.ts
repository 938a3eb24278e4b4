import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { startEvaluator, type TestEvaluator } from "./startEvaluator.ts";

describe("a cell's output", () => {
  let evaluator: TestEvaluator;
  before(async () => {
    evaluator = await startEvaluator();
  });
  after(() => evaluator.stop());

  test("comes whole and in order out of a fast loop", async () => {
    const ran = await evaluator.run("for (let i = 0; i < 20000; i++) console.log('row ' + i);");
    const want = Array.from({ length: 20000 }, (_, i) => `row ${i}\n`).join("");
    assert.ok(ran.stdout === want, `${ran.stdout.length} characters came, ${want.length} were printed`);
  });

  test("keeps the order of stdout, stderr and displays", async () => {
    const ran = await evaluator.run(
      "console.log('a'); console.error('b'); display.html('<i>c</i>'); process.stdout.write('d'); 5",
    );
    const order = ran.events.map((event) => {
      if (event.kind === "stream") return `${event.name} ${event.text.trim()}`;
      if (event.kind === "display") return `display ${event.data["text/html"]}`;
      return event.kind;
    });
    assert.deepEqual(order, ["stdout a", "stderr b", "display <i>c</i>", "stdout d", "result", "done"]);
  });

  test("keeps characters whole that a program writes in two halves, and surrogates of a huge text", async () => {
    const halves = await evaluator.run(
      "const bytes = Buffer.from('😀'); process.stdout.write(bytes.subarray(0, 2)); process.stdout.write(bytes.subarray(2)); process.stdout.write('aGk=', 'base64');",
    );
    assert.equal(halves.stdout, "😀hi");
    const huge = await evaluator.run("process.stdout.write('x' + '😀'.repeat(300000));");
    assert.ok(huge.stdout === `x${"😀".repeat(300000)}`, "the text was changed");
    for (const event of huge.events) {
      if (event.kind === "stream") assert.ok(!/^[\udc00-\udfff]/.test(event.text), "an event begins inside a pair");
    }
  });

  test("keeps half a character with its own cell: at its end, before later text, and beside another cell's half", async () => {
    const halves = "globalThis.halves = [...Buffer.from('é')].map((byte) => Buffer.from([byte]))";
    const alone = await evaluator.run(`${halves}; process.stdout.write('a'); process.stdout.write(halves[0]);`);
    assert.equal(alone.stdout, "a\ufffd");
    const next = await evaluator.run("process.stdout.write(halves[1]); process.stdout.write('b');");
    assert.equal(next.stdout, "\ufffdb");
    const between = await evaluator.run("process.stderr.write(halves[0]); process.stderr.write('c');");
    assert.equal(between.stderr, "\ufffdc");
    const late = evaluator.begin(
      "for (const i of [0, 1]) setTimeout(() => process.stdout.write(halves[i]), 100 + 100 * i); void 0",
    );
    await evaluator.end(late);
    const beside = await evaluator.run(
      "process.stdout.write(halves[0]); await new Promise((done) => setTimeout(done, 400)); process.stdout.write(halves[1]);",
    );
    assert.deepEqual([beside.stdout, (await evaluator.end(late)).stdout], ["é", "é"]);
  });

  test("is streamed by a loop that never leaves JavaScript", async () => {
    const cell = evaluator.begin("globalThis.go = true; console.log('early'); console.log('more'); for (;;);");
    const early = await evaluator.until(() => {
      const texts = evaluator.events.map((event) => (event.kind === "stream" && event.cell === cell ? event.text : ""));
      return texts.join("").includes("more\n") || undefined;
    }, "the lines before the loop");
    assert.equal(early, true);
    evaluator.send({ kind: "interrupt" });
    assert.equal((await evaluator.end(cell)).error?.ename, "Interrupted");
  });

  test("of a late timer belongs to the cell that set it", async () => {
    const first = evaluator.begin("globalThis.fire = () => {}; setTimeout(() => console.log('late one'), 150); void 0");
    await evaluator.end(first);
    const second = await evaluator.run("await new Promise((done) => setTimeout(done, 400)); console.log('second');");
    assert.equal(second.stdout, "second\n");
    assert.equal((await evaluator.end(first)).stdout, "late one\n");
  });

  test("of native code and children comes over descriptors 1 and 2, before the cell's mark", async () => {
    const cell = evaluator.begin(
      "require('node:child_process').spawnSync('sh', ['-c', 'echo out; echo err >&2'], { stdio: 'inherit' }); 0",
    );
    const ran = await evaluator.end(cell);
    assert.equal(ran.error, undefined);
    const mark = `\0sulam secret ${cell}\n`;
    await evaluator.until(() => evaluator.raw[1].includes(mark) || undefined, "the mark on descriptor 1");
    await evaluator.until(() => evaluator.raw[2].includes(mark) || undefined, "the mark on descriptor 2");
    assert.ok(evaluator.raw[1].endsWith(`out\n${mark}`), JSON.stringify(evaluator.raw[1].slice(-60)));
    assert.ok(evaluator.raw[2].endsWith(`err\n${mark}`), JSON.stringify(evaluator.raw[2].slice(-60)));
  });

  test("of a ! line is the cell's, and a failing command fails the cell", async () => {
    const good = await evaluator.run("await __sulam_shell('echo out; echo err >&2')");
    assert.deepEqual([good.stdout, good.stderr, good.error], ["out\n", "err\n", undefined]);
    const bad = await evaluator.run("await __sulam_shell('echo before; exit 3')");
    assert.equal(bad.stdout, "before\n");
    assert.equal(bad.error?.evalue, "!echo before; exit 3: ended with exit code 3");
  });

  test("does not show the settle token to user code", async () => {
    assert.equal(await evaluator.value("process.env.SULAM_KERNEL_TOKEN"), undefined);
  });

  test("before process.exit is not lost, and the exit code is the cell's", async () => {
    const own = await startEvaluator();
    const cell = own.begin("for (let i = 0; i < 5000; i++) console.log(i); process.exit(3);");
    await own.until(() => own.child.exitCode ?? undefined, "the exit");
    assert.equal(own.child.exitCode, 3);
    const texts = own.events.map((event) => (event.kind === "stream" && event.cell === cell ? event.text : ""));
    assert.equal(texts.join("").split("\n").length, 5001);
  });

  test("that ends in half a character before process.exit is told whole", async () => {
    const own = await startEvaluator();
    const cell = own.begin("process.stdout.write(Buffer.from('aé').subarray(0, 2)); process.exit(3);");
    await once(own.child, "close");
    const texts = own.events.map((event) => (event.kind === "stream" && event.cell === cell ? event.text : ""));
    assert.equal(texts.join(""), "a\ufffd");
  });

  for (const js of [
    "await null; process.exit(3);",
    "setTimeout(() => process.exit(3), 5); await new Promise(() => {});",
  ]) {
    test(`does not count a cell as done that ends the process: ${js}`, async () => {
      const own = await startEvaluator();
      own.begin(js);
      await once(own.child, "close");
      assert.equal(own.child.exitCode, 3);
      assert.deepEqual(own.events, [{ kind: "ready" }]);
      assert.deepEqual(own.raw, { 1: "", 2: "" });
    });
  }
});

test("an evaluator whose supervisor is gone ends, even in a loop", async () => {
  const evaluator = await startEvaluator();
  const cell = evaluator.begin("console.log('in'); for (;;);");
  await evaluator.until(
    () => evaluator.events.find((event) => event.kind === "stream" && event.cell === cell),
    "the loop to begin",
  );
  evaluator.child.stdio[4]!.destroy();
  await evaluator.until(() => evaluator.child.signalCode ?? undefined, "the end");
  assert.equal(evaluator.child.signalCode, "SIGKILL");
});
