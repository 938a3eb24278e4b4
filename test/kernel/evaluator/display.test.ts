import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { EvaluatorEvent } from "../../../src/kernel/evaluatorMessages.ts";
import { startEvaluator, type TestEvaluator } from "./startEvaluator.ts";

type Shown = Extract<EvaluatorEvent, { kind: "display" }>;

describe("display", () => {
  let evaluator: TestEvaluator;
  before(async () => {
    evaluator = await startEvaluator();
  });
  after(() => evaluator.stop());

  const shows = async (js: string): Promise<Shown[]> => {
    const ran = await evaluator.run(js);
    assert.equal(ran.error, undefined, ran.error?.traceback.join("\n"));
    assert.equal(ran.result, undefined, "what was displayed must not be shown again as a result");
    return ran.events.filter((event) => event.kind === "display");
  };
  const bundle = async (js: string): Promise<Record<string, unknown>> => {
    const ran = await evaluator.run(js);
    const value = ran.events.find((event) => event.kind === "result");
    assert.ok(value?.kind === "result", `no result of ${js}: ${ran.error?.evalue}`);
    return value.data;
  };

  test("has a method for each of tslab's mime types", async () => {
    const bytes = "new Uint8Array([1, 2])";
    const calls: [string, string, unknown][] = [
      ["javascript('a')", "text/javascript", "a"],
      ["html('a')", "text/html", "a"],
      ["markdown('a')", "text/markdown", "a"],
      ["latex('a')", "text/latex", "a"],
      ["svg('a')", "image/svg+xml", "a"],
      [`png(${bytes})`, "image/png", "AQI="],
      [`jpeg(${bytes})`, "image/jpeg", "AQI="],
      [`gif(${bytes})`, "image/gif", "AQI="],
      [`pdf(${bytes})`, "application/pdf", "AQI="],
      ["text('a')", "text/plain", "a"],
      ["json({ a: 1 })", "application/json", { a: 1 }],
      ["raw('x/y', { a: 1 })", "x/y", { a: 1 }],
    ];
    for (const [call, mime, want] of calls) {
      const [shown] = await shows(`display.${call}`);
      assert.deepEqual(shown?.data, { [mime]: want }, call);
      assert.equal(shown?.update, false);
    }
  });

  test("updates in place by handle, by id and by tslab's newDisplay", async () => {
    const handle = await shows("const h = display.html('one', { id: 'x1' }); h.update('two'); h");
    assert.deepEqual(
      handle.map((event) => [event.displayId, event.update, event.data["text/html"]]),
      [
        ["x1", false, "one"],
        ["x1", true, "two"],
      ],
    );
    const { newDisplay } = {
      newDisplay: "const d = (await __sulam_import('tslab')).newDisplay(); d.html('a'); d.html('b');",
    };
    const again = await shows(newDisplay);
    assert.deepEqual(
      again.map((event) => [event.update, event.data["text/html"]]),
      [
        [false, "a"],
        [true, "b"],
      ],
    );
    assert.equal(again[0]?.displayId, again[1]?.displayId);
    assert.ok(again[0]?.displayId, "an id is needed to update");
  });

  test("clear asks for the output to be cleared", async () => {
    const ran = await evaluator.run("display.clear(true);");
    assert.deepEqual(ran.events[0], {
      kind: "clear",
      cell: ran.events[0] && "cell" in ran.events[0] ? ran.events[0].cell : 0,
      wait: true,
    });
  });

  test("of any value shows what it would show as a result", async () => {
    const [shown] = await shows("display(new Map([[1, 2]]))");
    assert.deepEqual(shown?.data, { "text/plain": "Map(1) { 1 => 2 }" });
  });

  test("of a value that draws itself later is there before the cell is done", async () => {
    const slow =
      "({ [Symbol.for('Jupyter.display')]: () => new Promise((done) => setTimeout(() => done({ 'text/html': 'slow' }), 30)) })";
    const [shown] = await shows(`display(${slow})`);
    assert.equal(shown?.data["text/html"], "slow");
  });

  test("takes a value's own form, now or later, and survives its failing", async () => {
    const own = (body: string): string => `({ [Symbol.for('Jupyter.display')]${body} })`;
    assert.equal((await bundle(own("() { return { 'text/html': '<b>' }; }")))["text/html"], "<b>");
    assert.equal((await bundle(own(": async () => ({ 'image/png': new Uint8Array([1]) })")))["image/png"], "AQ==");
    for (const body of ["() { throw new Error('no form'); }", ": async () => { throw new Error('no form'); }"]) {
      assert.match(String((await bundle(own(body)))["text/plain"]), /its rich display failed: Error: no form/);
    }
    assert.match(String((await bundle(own("() { return 5; }")))["text/plain"]), /must return an object of mime types/);
  });

  test("of what no JSON can hold fails the cell, which ends", async () => {
    const own = "[Symbol.for('Jupyter.display')]";
    for (const [js, why] of [
      [`({ ${own}: () => ({ 'application/json': 1n }) })`, /BigInt/],
      [`({ ${own}: async () => ({ 'application/json': 1n }) })`, /BigInt/],
      [`display({ ${own}: async () => ({ 'application/json': 1n }) })`, /BigInt/],
      [`display.json(1n)`, /BigInt/],
      ["var figure = { data: [], layout: {} }; figure.self = figure; figure", /circular/],
    ] as const) {
      const { error } = await evaluator.run(js);
      assert.match(String(error?.evalue), why, js);
    }
    assert.equal(await evaluator.value("1"), "1");
  });

  test("shows plain values as text, long ones cut", async () => {
    assert.equal((await bundle("class Point { x = 1 }; new Point()"))["text/plain"], "Point { x: 1 }");
    assert.equal((await bundle("[Promise.resolve(3)]"))["text/plain"], "[ Promise { 3 } ]");
    assert.equal((await bundle("new Set([1])"))["text/plain"], "Set(1) { 1 }");
    assert.match(String((await bundle("Array.from({ length: 1000 }, (_, i) => i)"))["text/plain"]), /900 more items/);
    assert.match(String((await bundle("new Error('val')"))["text/plain"]), /^Error: val\n {4}at cell\d+\.ts:1:1$/);
    assert.equal((await bundle("null"))["text/plain"], "null");
    assert.match(
      String((await bundle("({ get [Symbol.toStringTag]() { throw new Error('bad getter') } })"))["text/plain"]),
      /inspection failed|\{/,
    );
  });

  test("knows images by their first bytes", async () => {
    const png = await bundle("Buffer.from('89504e470d0a1a0a00', 'hex')");
    assert.equal(png["image/png"], "iVBORw0KGgoA");
    assert.deepEqual(Object.keys(await bundle("new Uint8Array([1, 2, 3])")), ["text/plain"]);
  });

  test("gives a plotly figure's data with a fallback", async () => {
    const figure = "({ data: [{ y: [1] }], layout: {} })";
    const [shown] = await shows(`display.raw('application/vnd.plotly.v1+json', ${figure});`);
    for (const data of [shown!.data, await bundle(figure)]) {
      assert.deepEqual(data["application/vnd.plotly.v1+json"], { data: [{ y: [1] }], layout: {} });
      assert.equal(data["text/plain"], "plotly figure with 1 trace");
    }
  });

  test("makes plain numbers of a figure's typed arrays and BigInts, which plotly could not draw otherwise", async () => {
    const bigs = await bundle("({ data: [{ y: [3n, 2n ** 60n] }], layout: {} })");
    assert.deepEqual(bigs["application/vnd.plotly.v1+json"], { data: [{ y: [3, 2 ** 60] }], layout: {} });
    const data = await bundle(
      "({ data: [{ x: new Float32Array([1, 2.5]), y: new BigInt64Array([3n]) }], layout: {} })",
    );
    assert.deepEqual(data["application/vnd.plotly.v1+json"], { data: [{ x: [1, 2.5], y: [3] }], layout: {} });
    assert.ok(String(data["text/html"]).includes('"data":[{"x":[1,2.5],"y":[3]}]'), "in the HTML too");
  });

  test("gives a display method's figure the fallbacks that it leaves out, and changes nothing else of it", async () => {
    const figure = "'application/vnd.plotly.v1+json': { data: [], layout: {} }";
    const without = await bundle(`({ [Symbol.for("Jupyter.display")]: () => ({ ${figure}, "text/plain": "mine" }) })`);
    assert.match(String(without["text/html"]), /newPlot/);
    assert.equal(without["text/plain"], "mine");
    const whole = await bundle(`({ [Symbol.for("Jupyter.display")]: () => ({ ${figure}, "text/html": "<b>" }) })`);
    assert.equal(whole["text/html"], "<b>");
  });

  test("each cell's first figure brings the library, the others of the cell only themselves", async () => {
    const one = "display.raw('application/vnd.plotly.v1+json', { data: [{ y: [1] }], layout: {} });";
    for (let run = 0; run < 2; run++) {
      const html = (await shows(one + one)).map(({ data }) => String(data["text/html"]));
      assert.equal(html.length, 2);
      assert.ok(html[0].length > 1e6, `the first figure's HTML has ${html[0].length} characters`);
      assert.ok(html[1].length < 2000, `the second figure's HTML has ${html[1].length} characters`);
      for (const text of html) assert.ok(text.includes('"data":[{"y":[1]}]'), "the figure is in its HTML");
    }
  });

  test("draws tables by their methods, cut to 20 by 20", async () => {
    const arquero = `({ numRows: () => 30, columnNames: () => ['a', 'b<'], get: (n, r) => n + r })`;
    const data = await bundle(arquero);
    const html = String(data["text/html"]);
    assert.match(html, /<th>a<\/th><th>b&lt;<\/th>/);
    assert.equal(html.match(/<tr>/g)?.length, 21);
    assert.match(html, /30 rows x 2 columns, the first 20 x 2 shown/);
    assert.match(String(data["text/plain"]), /^a {4}b<\na0 {3}b<0\n/);
    const third = "({ numRows: () => 1, columnNames: () => ['x'], get: () => 1 / 3 })";
    assert.match(String((await bundle(third))["text/html"]), /<td>0\.333333<\/td>/);
    const bigs = "({ numRows: () => 1, columnNames: () => ['x'], get: () => ({ n: [1n] }) })";
    assert.match(String((await bundle(bigs))["text/html"]), /<td>{ n: \[ 1n \] }<\/td>/);
    const danfo = "({ columns: ['u'], shape: [2, 1], index: [5, 6], values: [[1], [null]], $data: [] })";
    assert.match(String((await bundle(danfo))["text/html"]), /<td>5<\/td><td>1<\/td><\/tr><tr><td>6<\/td><td><\/td>/);
  });
});

describe("input and comms", () => {
  let evaluator: TestEvaluator;
  before(async () => {
    evaluator = await startEvaluator();
  });
  after(() => evaluator.stop());

  test("input asks and takes the answer; without stdin it rejects at once", async () => {
    const cell = evaluator.begin("const who = await input('name? ', { password: true }); 'hello ' + who", {
      allowStdin: true,
    });
    const asked = await evaluator.until(() => evaluator.events.find((event) => event.kind === "input"), "the question");
    assert.ok(
      asked.kind === "input" && asked.cell === cell && asked.prompt === "name? " && asked.password,
      "the question",
    );
    evaluator.send({ kind: "inputReply", id: asked.id, value: "Ada" });
    assert.equal((await evaluator.end(cell)).result, "'hello Ada'");
    assert.match((await evaluator.run("await input('x')")).error?.evalue ?? "", /takes no input/);
  });

  test("a comm goes both ways with its buffers, and one for an unknown target is closed", async () => {
    await evaluator.run(
      "comms.registerTarget('echo', (c) => c.onMessage((m, { buffers }) => c.send({ got: m }, { buffers: buffers.map((b) => b.map((v) => v + 1)) })));",
    );
    evaluator.comm({ what: "open", commId: "c1", targetName: "echo", data: {} });
    evaluator.comm({ what: "msg", commId: "c1", data: { n: 5 }, buffers: ["AQI="] });
    evaluator.comm({ what: "open", commId: "c2", targetName: "nobody", data: {} });
    const replies = await evaluator.until(() => {
      const all = evaluator.events.filter((event) => event.kind === "comm");
      return all.length >= 2 ? all : undefined;
    }, "two comm messages");
    assert.deepEqual(replies[0]?.message, { what: "msg", commId: "c1", data: { got: { n: 5 } }, buffers: ["AgM="] });
    assert.deepEqual(replies[1]?.message, { what: "close", commId: "c2", data: {} });
  });

  test("what a comm's handler says, shows, throws or does later has its message's number, beside a running cell too", async () => {
    await evaluator.run(
      "comms.registerTarget('talk', (c) => { console.log('open'); display.html('x'); setTimeout(() => { console.log('later'); c.send(1); }, 50); throw new Error('no'); });",
    );
    const running = evaluator.begin("await new Promise((done) => setTimeout(done, 300)); console.log('cell')");
    const number = evaluator.comm({ what: "open", commId: "c3", targetName: "talk", data: {} });
    assert.equal((await evaluator.end(running)).stdout, "cell\n");
    const own = evaluator.events.filter((event) => "cell" in event && event.cell === number);
    const told = own.map((event) => (event.kind === "stream" ? event.text.split("\n")[0] : event.kind));
    assert.deepEqual(told, ["open", "display", "Uncaught Error: no", "commDone", "later", "comm"]);
  });

  test("user expressions give a bundle or an error", async () => {
    await evaluator.run("let ue = 20;");
    evaluator.send({ kind: "expression", id: 1, js: "ue + 1" });
    evaluator.send({ kind: "expression", id: 2, js: "nope.nope" });
    const done = await evaluator.until(() => {
      const all = evaluator.events.filter((event) => event.kind === "expressionDone");
      return all.length === 2 ? all : undefined;
    }, "both expressions");
    assert.deepEqual(done[0]?.data, { "text/plain": "21" });
    assert.equal(done[1]?.error?.ename, "ReferenceError");
  });
});
