import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startEvaluator, type TestEvaluator } from "./startEvaluator.ts";

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe("an interrupt ends", () => {
  let evaluator: TestEvaluator;
  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "interrupt-"));
    mkdirSync(join(folder, "notebooks"));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    const loop =
      "export async function loop(tick: () => void) {\n  for (;;) { tick(); await Promise.resolve(); await 0; }\n}\n";
    const pause = "await new Promise<void>((done) => setTimeout(done, 5));";
    const slow = `export async function slow(tick: () => void) {\n  for (;;) { tick(); ${pause} }\n}\n`;
    writeFileSync(join(folder, "loop.ts"), loop + slow);
    writeFileSync(join(folder, "late.ts"), "await new Promise((done) => setTimeout(done, 400)); export {};\n");
    writeFileSync(join(folder, "large.ts"), `export const many: number[] = [${"1,".repeat(1_500_000)}];\n`);
    evaluator = await startEvaluator(join(folder, "notebooks"));
    await evaluator.run("let keep = 7; let ticks = 0; var sab = new Int32Array(new SharedArrayBuffer(4));");
  });
  after(() => evaluator.stop());

  const fs = "const { readFileSync, promises } = require('node:fs');";
  const cells: [string, string][] = [
    ["a synchronous loop", "for (;;) ticks++;"],
    ["a loop that catches all errors", "for (;;) { try { for (;;) ticks++; } catch {} finally { ticks = 0; } }"],
    ["a loop after an await", "await 1; for (;;) ticks++;"],
    ["a loop after a timer", "await new Promise((done) => setTimeout(done, 5)); for (;;) ticks++;"],
    ["a loop inside a timer", "setTimeout(() => { for (;;) ticks++; }, 5); await new Promise(() => {});"],
    ["evaluated code inside a timer", "setTimeout(new Function('for (;;) ticks++;'), 5); await new Promise(() => {});"],
    ["a pending await", "ticks++; await new Promise(() => {});"],
    ["a loop over timers", "for (;;) { ticks++; await new Promise((done) => setTimeout(done, 5)); }"],
    ["a loop over immediates", "for (;;) { ticks++; await new Promise((done) => setImmediate(done)); }"],
    ["a loop over settled promises", "for (;;) { ticks++; await null; }"],
    ["a loop over file reads", `${fs} for (;;) { ticks++; await promises.readFile('/etc/hostname'); }`],
    ["a loop of synchronous reads", `{ ${fs} for (;;) { ticks++; readFileSync('/etc/hostname'); } }`],
    ["a loop that prints", "for (;;) console.log(ticks++);"],
    ["a loop that awaits and prints", "for (;;) { await 1; console.log(ticks++); }"],
    ["an interval", "setInterval(() => ticks++, 5); await new Promise(() => {});"],
    ["a long native step", "ticks++; Atomics.wait(sab, 0, 0, 700); for (;;);"],
    ["a loop in an imported module", "await (await __sulam_import('../loop.ts')).loop(() => ticks++);"],
    ["a slow loop in an imported module", "await (await __sulam_import('../loop.ts')).slow(() => ticks++);"],
    ["a shell command", "ticks++; await __sulam_shell('sleep 1000');"],
  ];
  for (const [what, js] of cells) {
    test(`${what}, and keeps the state`, async () => {
      await evaluator.run("ticks = 0;");
      const cell = evaluator.begin(js.replace("const {", "var {"));
      await sleep(120);
      const start = performance.now();
      evaluator.send({ kind: "interrupt" });
      const ran = await evaluator.end(cell);
      const took = performance.now() - start;
      assert.equal(ran.error?.ename, "Interrupted");
      // Not a speed test: without the interrupt the cell would never end.
      assert.ok(took < 15_000, `took ${took} ms`);
      assert.equal(await evaluator.value("keep"), "7");
      const first = await evaluator.value("ticks");
      const second = await evaluator.value("await new Promise((done) => setTimeout(done, 80)); ticks");
      assert.equal(second, first, "the loop still runs");
    });
  }

  test("what would follow an import that is still under way, also while the next cell runs", async () => {
    for (const file of ["late", "large"]) {
      await evaluator.run("ticks = 0;");
      const cell = evaluator.begin(`await __sulam_import('../${file}.ts'); ticks = 1;`);
      await sleep(50);
      evaluator.send({ kind: "interrupt" });
      assert.equal((await evaluator.end(cell)).error?.ename, "Interrupted");
      const later = `await __sulam_import('../${file}.ts'); await new Promise((done) => setTimeout(done, 100)); ticks`;
      assert.equal(await evaluator.value(later), "0", file);
    }
  });

  test("nothing when no cell runs, and does not hit the next", async () => {
    for (let round = 0; round < 20; round++) {
      evaluator.send({ kind: "interrupt" });
      const ran = await evaluator.run("let sum = 0; for (let i = 0; i < 3e6; i++) sum += i; sum");
      assert.equal(ran.error, undefined, `round ${round}`);
    }
    await sleep(200);
    assert.equal(await evaluator.value("await new Promise((done) => setTimeout(done, 50)); keep"), "7");
  });

  test("only the cell that runs: what an earlier cell has left running goes on", async () => {
    await evaluator.run("let beats = 0; var heart = setInterval(() => beats++, 5); void 0");
    const cell = evaluator.begin("await new Promise(() => {});");
    await sleep(50);
    evaluator.send({ kind: "interrupt" });
    await evaluator.end(cell);
    const before = Number(await evaluator.value("beats"));
    const later = Number(await evaluator.value("await new Promise((done) => setTimeout(done, 100)); beats"));
    assert.ok(later > before, `${before}, then ${later}`);
    await evaluator.run("clearInterval(heart);");
  });

  test("no later cell that waits for what the interrupted cell waited for", async () => {
    await evaluator.run("var go; var gate = new Promise((done) => { go = done; }); void 0");
    const cell = evaluator.begin("await gate;");
    await sleep(50);
    evaluator.send({ kind: "interrupt" });
    await evaluator.end(cell);
    assert.equal(await evaluator.value("setTimeout(() => go(5), 50); await gate"), "5");
  });

  test("no later cell that asks a server of the interrupted cell", async () => {
    const cell = evaluator.begin(
      "var server = require('node:http').createServer(async (_, answer) => { await null; answer.end('hi'); });" +
        "await new Promise((done) => server.listen(0, '127.0.0.1', done)); console.log('up'); await new Promise(() => {});",
    );
    const isUp = (): true | undefined =>
      evaluator.events.some((e) => e.kind === "stream" && e.cell === cell) || undefined;
    await evaluator.until(isUp, "the server");
    evaluator.send({ kind: "interrupt" });
    await evaluator.end(cell);
    const ask = "await (await fetch('http://127.0.0.1:' + server.address().port)).text()";
    assert.equal(await evaluator.value(ask), "'hi'");
    await evaluator.run("server.closeAllConnections(); server.close();");
  });

  test("a comm's handler and a timer between cells, and the next cell runs", async () => {
    await evaluator.run(
      "comms.registerTarget('loop', () => { for (;;) ticks++; }); comms.registerTarget('talk', () => { for (;;) console.log(ticks++); });",
    );
    for (const targetName of ["loop", "talk"]) {
      const number = evaluator.comm({ what: "open", commId: `c-${targetName}`, targetName, data: {} });
      await sleep(200);
      evaluator.send({ kind: "interrupt" });
      const isDone = (): true | undefined =>
        evaluator.events.some((event) => event.kind === "commDone" && event.cell === number) || undefined;
      await evaluator.until(isDone, `the end of the handler ${targetName}`);
      const said = evaluator.events.filter((event) => "cell" in event && event.cell === number);
      assert.match(JSON.stringify(said.slice(-2)), /Interrupted: the comm's handler was stopped/);
      assert.equal(await evaluator.value("keep"), "7");
    }
    await evaluator.run("setTimeout(() => { for (;;) ticks++; }, 20);");
    await sleep(200);
    evaluator.send({ kind: "interrupt" });
    assert.equal(await evaluator.value("keep"), "7");
  });

  test("a shell command's own commands", async () => {
    const cell = evaluator.begin("await __sulam_shell('sh -c \\'echo $$; sleep 300; echo x\\'; echo y')");
    const inner = await evaluator.until(() => {
      const said = evaluator.events.find((event) => event.kind === "stream" && event.cell === cell);
      return said?.kind === "stream" ? Number(said.text) : undefined;
    }, "the inner shell's number");
    evaluator.send({ kind: "interrupt" });
    await evaluator.end(cell);
    const isGone = (): boolean => {
      try {
        return !process.kill(inner, 0);
      } catch {
        return true;
      }
    };
    for (let tries = 0; tries < 100 && !isGone(); tries++) await sleep(50);
    assert.ok(isGone(), `process ${inner} lives on`);
  });

  test("a user expression, and the cells after it run", async () => {
    let id = 0;
    for (const js of [
      "await new Promise((done) => { globalThis.opened = done; })",
      "for (;;);",
      "await null; for (;;);",
    ]) {
      evaluator.send({ kind: "expression", id: ++id, js });
      await sleep(50);
      evaluator.send({ kind: "interrupt" });
      const answer = await evaluator.until(
        () => evaluator.events.find((event) => event.kind === "expressionDone" && event.id === id),
        `the answer to ${js}`,
      );
      assert.equal(answer.kind === "expressionDone" && answer.error?.ename, "Interrupted", js);
      assert.equal(await evaluator.value("opened(); await null; keep"), "7");
    }
  });

  test("cells again and again at any moment, and no frame is torn", async () => {
    const bodies = [
      "for (;;) console.log('x'.repeat(200));",
      "for (;;) { await null; console.log('y'); }",
      "for (;;) await new Promise((done) => setImmediate(done));",
      "await Promise.all(Array.from({ length: 50 }, async () => { for (;;) { await 1; JSON.stringify([1]); } }));",
      "process.nextTick(() => { for (;;); }); await new Promise(() => {});",
      "for (;;) { display.text('z'); await new Promise((done) => setTimeout(done, 1)); }",
    ];
    for (let round = 0; round < 30; round++) {
      const cell = evaluator.begin(bodies[round % bodies.length]!);
      await sleep((round * 7) % 40);
      evaluator.send({ kind: "interrupt" });
      assert.equal((await evaluator.end(cell)).error?.ename, "Interrupted", `round ${round}`);
    }
    assert.equal(await evaluator.value("keep"), "7");
    assert.equal(evaluator.child.exitCode, null);
  });

  test("code that uses AsyncLocalStorage of its own without Node aborting", async () => {
    await evaluator.run("var als = new (require('node:async_hooks').AsyncLocalStorage)();");
    for (const js of ["await als.run(1, async () => { await 1; for (;;); });", "als.run(1, () => { for (;;); });"]) {
      const cell = evaluator.begin(js);
      await sleep(60);
      evaluator.send({ kind: "interrupt" });
      assert.equal((await evaluator.end(cell)).error?.ename, "Interrupted");
    }
    assert.equal(await evaluator.value("await new Promise((done) => setTimeout(done, 20)); keep"), "7");
  });
});
