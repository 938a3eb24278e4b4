import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import type { Page, Request } from "playwright-core";
import { runRow } from "../../../src/track/runRow.ts";
import type { Store } from "../../../src/track/store.ts";
import { withRun } from "../../../src/track/withRun.ts";
import { scratchStore } from "../scratch.ts";
import { browse, cannotBrowse, runNames, until } from "./browsing.ts";
import { fillSampleStore } from "./sampleStore.ts";
import { served } from "./served.ts";

/** 10,000 runs, straight into the tables: the public way would take a minute of the test's time. */
function fillLarge(store: Store): void {
  const { db, keys } = store.parts;
  db.write(() => {
    const key = keys.id("loss");
    for (let i = 0; i < 10_000; i++) {
      const { id } = db.run(
        `INSERT INTO runs(run_id, experiment, name, status, start_time, end_time, lifecycle_stage, artifact_uri)
          VALUES(?, 0, ?, 'FINISHED', ?, ?, 'active', 'mlflow-artifacts:/0/x/artifacts')`,
        ...[i.toString(16).padStart(32, "0"), `run ${i}`, 1e12 + i, 1e12 + i + 5],
      );
      db.run("INSERT INTO latest VALUES(?, ?, 0, 1, ?, 0)", id, key, i / 10_000);
    }
  });
}

describe("in a real browser", { skip: cannotBrowse, timeout: 300_000 }, () => {
  test("the table lists, sorts, filters and groups runs, and the address brings the same back", async (t) => {
    const store = scratchStore(t);
    fillSampleStore(store);
    const { url, bugs } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    await page.goto(url);
    await page.locator("tbody .run-link").nth(11).waitFor();
    await page.getByRole("button", { name: "dev/R@10" }).click();
    await page.locator('th[aria-sort="descending"]').waitFor();
    await until("the best comes first", async () => (await runNames(page))[0] === "distilled lr 0.001");
    await page.getByRole("searchbox", { name: "Filter" }).fill("params.loss = 'in-batch'");
    await page.keyboard.press("Enter");
    await until("four are left", async () => (await runNames(page)).length === 4);
    await page.getByLabel("Group").selectOption("params.lr");
    await page.locator("tr.group").nth(3).waitFor();
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await page.locator("tr.group").nth(3).waitFor();
    await until("the same four are shown", async () => (await runNames(page)).length === 4);
    await page.getByRole("searchbox", { name: "Filter" }).fill("metrics.loss <");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.match((await page.getByRole("alert").textContent()) ?? "", /character/);
    assert.deepEqual([complaints.filter((one) => !one.includes("400")), bugs], [[], []]);
  });

  test("10,000 runs are scrolled through while only the rows in view are drawn", async (t) => {
    const store = scratchStore(t);
    fillLarge(store);
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    await page.goto(`${url}/?curves=0`);
    await page.getByText("10000 runs").waitFor();
    assert.equal((await runNames(page))[0], "run 9999");
    await page.locator(".table-box").focus();
    await page.keyboard.press("End");
    await page.getByText("run 0", { exact: true }).waitFor();
    assert.ok((await page.locator("tbody tr").count()) < 120, "few rows stand in the document");
    await page.keyboard.press("Home");
    await page.getByText("run 9999", { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test("keys alone select, mark and open runs", async (t) => {
    const store = scratchStore(t);
    const ids = fillSampleStore(store);
    const { url } = await served(t, store);
    const { page } = await browse(t, url);
    await page.goto(url);
    await page.locator("tbody .run-link").first().waitFor();
    await page.locator(".table-box").focus();
    for (const key of ["ArrowDown", "ArrowDown", "Space", "ArrowDown", "Space", "s"]) await page.keyboard.press(key);
    await page.getByRole("link", { name: "Compare 2" }).first().waitFor();
    await until("the mark is stored", () => store.run(ids[9]).tags["sulam.star"] === "true");
    assert.deepEqual(new URL(page.url()).searchParams.getAll("run"), [ids[10], ids[9]]);
    await page.locator(".table-box").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1 }).getByText("in-batch lr 0.001").waitFor();
    await page.goBack();
    await page.locator("tbody .run-link").first().waitFor();
  });

  test("notes, names and tags are edited where they stand; Escape gives up; a refusal is told", async (t) => {
    const store = scratchStore(t);
    const [id] = fillSampleStore(store);
    const { url } = await served(t, store);
    const { page } = await browse(t, url);
    await page.goto(`${url}/?view=run&id=${id}`);
    const edit = async (label: string, text: string, key: string): Promise<void> => {
      await page.getByRole("button", { name: `${label}:` }).click();
      await page.getByRole("textbox", { name: label }).fill(text);
      await page.keyboard.press(key);
    };
    await edit("Note", "first <b>words</b>", "Control+Enter");
    await until("the note is stored", () => store.run(id).tags["mlflow.note.content"] === "first <b>words</b>");
    await edit("Name", "renamed", "Enter");
    await until("the name is stored", () => store.run(id).name === "renamed");
    await edit("New tag", "owner = somebody", "Enter");
    await until("the tag is stored", () => store.run(id).tags.owner === "somebody");
    await edit("Tag stage", "never", "Escape");
    await edit("Tag owner", "", "Enter");
    await until("an empty tag is gone", () => store.run(id).tags.owner === undefined);
    assert.equal(store.run(id).tags.stage, "pilot");
    store.deleteRun(id);
    await edit("Name", "too late", "Enter");
    await page.getByText("not stored").waitFor();
  });

  test("of a run's tables the smallest comes first, and a large one is drawn when it is opened", async (t) => {
    const store = scratchStore(t);
    let id = "";
    await withRun({ store, experiment: "shelf", name: "tables" }, (run) => {
      id = run.id;
      const rows = (n: number) => Array.from({ length: n }, (_, i) => [`a query of some words, number ${i}`, i % 2]);
      run.table("everyQuery", { columns: ["query", "recallAt1"], rows: rows(2000) });
      run.table("recall", { columns: ["query", "recallAt1"], rows: rows(3) });
    });
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    await page.goto(`${url}/?view=run&tab=tables&id=${id}`);
    await page.locator(".measures tbody tr").nth(2).waitFor();
    const names = await page.locator(".stack h2, .stack summary").allTextContents();
    assert.deepEqual([names, await page.locator(".measures").count()], [["recall", "everyQuery"], 1]);
    await page.locator("summary").click();
    await until("it is drawn", async () => (await page.locator(".measures").count()) === 2);
    assert.deepEqual(complaints, []);
  });

  test("a running run's curve grows without a reload", async (t) => {
    const store = scratchStore(t);
    const writer = store.openRun({ name: "live" });
    const log = (step: number): void =>
      writer.log({ metrics: [{ key: "loss", value: 1 / (step + 1), step, timestamp: Date.now() }] });
    for (let step = 0; step < 5; step++) log(step);
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    await page.goto(`${url}/?view=run&id=${writer.row.run_id}`);
    const path = page.locator(".card path.curve").first();
    const points = async (): Promise<number> => ((await path.getAttribute("d")) ?? "").split("L").length;
    await until("five points are drawn", async () => (await path.count()) === 1 && (await points()) === 5);
    for (let step = 5; step < 9; step++) log(step);
    await until("nine points are drawn", async () => (await points()) === 9);
    writer.end("FINISHED");
    await page.locator(".run-head .state.finished").waitFor();
    assert.deepEqual(complaints, []);
  });

  test("a page that watches running runs and the store keeps one stream, whatever it shows", async (t) => {
    const store = scratchStore(t);
    const ids = ["a", "b"].map((name) => {
      const { row } = store.openRun({ name });
      store.log(row.run_id, { metrics: [{ key: "loss", value: 1, step: 0, timestamp: 1 }] });
      return row.run_id;
    });
    const { url } = await served(t, store);
    const { page } = await browse(t, url);
    const open = new Set<Request>();
    page.on("request", (request) => request.url().includes("/page/live") && open.add(request));
    for (const event of ["requestfinished", "requestfailed"] as const)
      page.on(event as "requestfinished", (request) => open.delete(request));
    const watching = (): string[] => [...open].flatMap((one) => new URL(one.url()).searchParams.getAll("run"));
    await page.goto(`${url}/?view=compare&${ids.map((id) => `run=${id}`).join("&")}`);
    await until("both runs are watched by one stream", () => open.size === 1 && watching().length === 2);
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await until("the store alone is watched by one stream", () => open.size === 1 && watching().length === 0);
  });

  test("the comparison shows curves, differences, plots and tables of the chosen runs", async (t) => {
    const store = scratchStore(t);
    const ids = fillSampleStore(store);
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    const chosen = [0, 1, 2, 5].map((i) => `run=${ids[i]}`).join("&");
    await page.goto(`${url}/?view=compare&smooth=0.6&logy=1&${chosen}`);
    const card = page.getByRole("region", { name: "train/loss" });
    await until(
      "four smoothed curves lie over the raw ones",
      async () => (await card.locator("path.curve").count()) === 8,
    );
    await card.locator(".chart").focus();
    await page.keyboard.press("End");
    assert.match((await card.locator(".chart-tip").textContent()) ?? "", /step 599/);
    await page.getByRole("link", { name: "Parameters" }).click();
    await page.getByRole("row", { name: "batchSize" }).waitFor();
    assert.equal(await page.getByRole("row", { name: "temperature" }).count(), 0, "all have the same temperature");
    await page.getByRole("link", { name: "Parallel coordinates" }).click();
    await until("a line a run", async () => (await page.locator("g.line").count()) === 4);
    await page.getByRole("link", { name: "Scatter" }).click();
    await until("a point a run", async () => (await page.locator("circle.point").count()) === 4);
    await page.getByRole("link", { name: "Tables" }).click();
    await until("three systems a run", async () => (await page.locator(".measures tbody tr").count()) === 12);
    assert.deepEqual(complaints, []);
  });

  test("the leaderboard is copied as the tables of a paper", async (t) => {
    const store = scratchStore(t);
    fillSampleStore(store);
    const { url } = await served(t, store);
    const { page } = await browse(t, url, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${url}/?view=board&experiment=1`);
    await page.locator(".measures tbody tr").nth(29).waitFor();
    const copied = async (name: string): Promise<string> => {
      await page.getByRole("button", { name }).click();
      await page.getByText(`${name.replace("Copy ", "")} copied`).waitFor();
      return page.evaluate("navigator.clipboard.readText()");
    };
    const markdown = await copied("Copy Markdown");
    assert.match(markdown, /^\| run \| system \| queries \| R@1 \| R@5 \| R@10 \| MRR@10 \|\n/);
    assert.match(markdown.split("\n")[2], /^\| distilled lr 0.0005 \| distilled \| 480 \| \*\*\./);
    assert.match(await copied("Copy LaTeX"), /\\begin\{tabular\}\{llrrrrr\}[\s\S]*\\textbf\{\./);
  });

  test("HTML in names, notes, tags, params and tables is text", async (t) => {
    const store = scratchStore(t);
    const evil = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>";
    const id = store.createRun({ name: evil, tags: { "mlflow.note.content": evil, other: evil } });
    store.log(id, { params: { evil }, metrics: [{ key: "loss", value: 1, step: 0, timestamp: 0 }] });
    store.putArtifact(
      id,
      "tables/recall.json",
      Buffer.from(JSON.stringify({ columns: ["system", evil], data: [[evil, 1]] })),
    );
    store.putArtifact(id, `a'"<b>.txt`, Buffer.from(evil));
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    const query = `id=${id}&run=${id}`;
    for (const view of [
      "",
      `view=run&${query}`,
      `view=run&tab=files&file=${encodeURIComponent(`a'"<b>.txt`)}&${query}`,
      `view=run&tab=tables&${query}`,
      `view=compare&tab=tables&${query}`,
      `view=board&${query}`,
    ]) {
      await page.goto(`${url}/?${view}`);
      await page.getByText("onerror=").first().waitFor();
      assert.equal(await page.locator("#app img, #app script").count(), 0, view);
      assert.doesNotMatch(await page.title(), /^hacked/);
    }
    assert.deepEqual(complaints, []);
  });

  test("a logged page that runs in its frame reaches neither this server nor another nor the page around it", async (t) => {
    const store = scratchStore(t);
    const id = store.createRun({ name: "victim" });
    const tries = `
      const said = [];
      const attempt = async (name, work) => { try { said.push(name + ":" + (await work())); } catch (error) { said.push(name + ":refused"); } };
      (async () => {
        const delete_ = (mode) => fetch(HOST + "/api/2.0/mlflow/runs/delete", { method: "POST", mode, body: JSON.stringify({ run_id: "${id}" }) }).then(() => "sent");
        await attempt("write", () => delete_("cors"));
        await attempt("blind", () => delete_("no-cors"));
        await attempt("read", () => fetch(HOST + "/page/runs").then((r) => r.text()));
        await attempt("parent", () => parent.document.title);
        await attempt("store", () => localStorage.length);
        await attempt("form", () => { const f = document.createElement("form"); f.method = "post"; f.action = HOST + "/api/2.0/mlflow/runs/delete"; document.body.append(f); f.submit(); return "submitted"; });
        await attempt("image", () => new Promise((yes, no) => { const i = new Image(); i.onload = () => yes("loaded"); i.onerror = no; i.src = ELSEWHERE + "/x.png"; }));
        document.body.textContent = said.join(" ");
      })();`;
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(String(request.url));
      response.end();
    }).listen(0, "127.0.0.1");
    t.after(() => elsewhere.close());
    await once(elsewhere, "listening");
    const foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const { url } = await served(t, store);
    store.putArtifact(
      id,
      "report.html",
      Buffer.from(
        `<body><script>const HOST = ${JSON.stringify(url)}; const ELSEWHERE = ${JSON.stringify(foreign)};${tries}</script></body>`,
      ),
    );
    const { page } = await browse(t, url);
    await page.goto(`${url}/?view=run&tab=files&file=report.html&id=${id}`);
    const body = page.frameLocator("iframe").locator("body");
    await until("the page in the frame has tried", async () => /image:/.test((await body.textContent()) ?? ""));
    assert.equal(
      await body.textContent(),
      "write:refused blind:refused read:refused parent:refused store:refused form:submitted image:refused",
    );
    assert.equal(runRow(store.parts.db, id).lifecycle_stage, "active");
    assert.deepEqual(asked, []);
  });

  test("a figure is drawn, in a frame of its own", async (t) => {
    const store = scratchStore(t);
    const id = store.createRun();
    store.putArtifact(
      id,
      "figures/f.json",
      Buffer.from(JSON.stringify({ data: [{ y: [1, 3, 2] }], layout: { title: { text: "Recall" } } })),
    );
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    await page.goto(`${url}/?view=run&tab=files&file=figures/f.json&id=${id}`);
    await page.frameLocator("iframe").locator("svg .gtitle").getByText("Recall").waitFor();
    assert.deepEqual(complaints, []);
  });

  for (const width of [400, 1600])
    for (const colorScheme of ["light", "dark"] as const)
      test(`every view fits ${width} pixels and can be read in ${colorScheme}`, async (t) => {
        const store = scratchStore(t);
        const ids = fillSampleStore(store);
        const { url } = await served(t, store);
        const { page, complaints } = await browse(t, url, { viewport: { width, height: 900 }, colorScheme });
        const runs = ids
          .slice(0, 8)
          .map((id) => `run=${id}`)
          .join("&");
        const views = [
          "",
          `experiment=1&${runs}`,
          `view=run&system=1&id=${ids[3]}`,
          `view=run&tab=tables&id=${ids[3]}`,
          `view=compare&${runs}`,
        ];
        for (const view of [
          ...views,
          ...["params", "parallel", "scatter", "tables"].map((tab) => `view=compare&tab=${tab}&${runs}`),
          "view=board&experiment=1",
        ]) {
          await page.goto(`${url}/?${view}`);
          await page.locator("main .run-link, main h1").first().waitFor();
          assert.equal(
            await page.evaluate("document.documentElement.scrollWidth - innerWidth"),
            0,
            `${view} is not wider than the screen`,
          );
        }
        assert.ok((await contrast(page)) >= 4.5, "quiet words on the ground have the contrast of WCAG 2.2, 1.4.3");
        assert.deepEqual(complaints, []);
      });
});

/** The contrast (WCAG 2.2) of the theme's quietest text. */
function contrast(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
      const hex = style.getPropertyValue(name).trim().slice(1);
      const full = hex.length === 3 ? [...hex].map((c) => c + c).join("") : hex;
      const [r, g, b] = [0, 2, 4].map((i) => parseInt(full.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [a, b] = [light("--ground"), light("--quiet")].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  })()`);
}
