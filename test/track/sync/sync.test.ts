import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Random } from "../../../src/base/random.ts";
import { MlflowServer } from "../../../src/track/sync/mlflowServer.ts";
import { pullRuns } from "../../../src/track/sync/pullRuns.ts";
import { pushRuns } from "../../../src/track/sync/pushRuns.ts";
import { scratchStore } from "../scratch.ts";
import { contents, fillStore } from "./samples.ts";
import { between, quick, team } from "./servers.ts";

describe("sending runs to an MLflow server", () => {
  test("everything arrives: nested runs, NaN and infinities, files, data sets, status", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const { parent, child } = fillStore(here);
    const report = await pushRuns(here, new MlflowServer(there.url, quick));
    assert.deepEqual(report.problems, []);
    assert.deepEqual([report.runs, report.created, report.points, report.files], [2, 2, 2505, 2]);
    assert.deepEqual(contents(there.store), contents(here));
    const remote = there.store.runs().find(({ name }) => name === "child")!;
    assert.equal(remote.tags["sulam.runId"], child);
    const up = there.store.run(remote.parentRunId!);
    assert.equal(up.tags["sulam.runId"], parent, "its parent is the parent there");
  });

  test("twice adds nothing and asks once whether the server still has its runs; what is new goes alone", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const { child } = fillStore(here);
    const calls: string[] = [];
    const url = await between(t, there.url, ({ url: path }) => {
      calls.push(path!);
      return false;
    });
    const server = new MlflowServer(url, quick);
    await pushRuns(here, server);
    calls.length = 0;
    const again = await pushRuns(here, server);
    assert.deepEqual([again.changed, again.points], [0, 0]);
    assert.deepEqual(
      calls.map((call) => call.split("?")[0]),
      ["/api/2.0/mlflow/runs/get"],
    );
    here.log(child, { metrics: [{ key: "loss", value: 7, step: 99, timestamp: 1 }], tags: { note: "changed" } });
    here.putArtifact(child, "tables/recall.json", Buffer.from('{"columns":["a"],"rows":[]}'));
    const more = await pushRuns(here, server);
    assert.deepEqual([more.created, more.changed, more.points, more.tags, more.files], [0, 1, 1, 1, 1]);
    assert.deepEqual(contents(there.store), contents(here));
  });

  test("a push that lost its memory finds its runs again, NaN points too, and adds nothing", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    fillStore(here);
    // as MLflow 3 does: an identical NaN is an IntegrityError
    const seen = new Set<string>();
    const url = await between(t, there.url, () => false);
    const strict = new (class extends MlflowServer {
      override async post(path: string, body: unknown): Promise<Record<string, unknown>> {
        const text = JSON.stringify(body);
        if (path === "runs/log-batch" && text.includes('"NaN"') && seen.has(text)) {
          const refused = new MlflowServer(url, quick);
          return refused.post("runs/log-batch", { run_id: "nobody", metrics: [] });
        }
        seen.add(text);
        return super.post(path, body);
      }
    })(url, quick);
    await pushRuns(here, strict);
    here.parts.db.run("DELETE FROM synced_runs");
    const again = await pushRuns(here, strict);
    assert.deepEqual([again.created, again.problems], [0, []]);
    assert.deepEqual(contents(there.store), contents(here));
    assert.equal(there.store.runs().length, 2);
  });

  test("a server that is busy, breaks off or fails is asked again", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    fillStore(here);
    const dice = new Random(3);
    const faults = { broken: 0, busy: 0, down: 0 };
    const url = await between(t, there.url, (request, response) => {
      const draw = dice.uniform();
      if (draw < 0.15) {
        faults.broken += 1;
        request.socket.destroy();
      } else if (draw < 0.3) {
        faults.busy += 1;
        response.writeHead(429).end("busy");
      } else if (draw < 0.4) {
        faults.down += 1;
        response.writeHead(503).end("<html>");
      }
      return draw < 0.4;
    });
    const report = await pushRuns(here, new MlflowServer(url, quick));
    assert.deepEqual(report.problems, []);
    assert.deepEqual(contents(there.store), contents(here));
    assert.ok(
      Object.values(faults).every((count) => count > 0),
      JSON.stringify(faults),
    );
  });

  test("an answer that is lost after the server did the work makes no second run and no second point", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    fillStore(here);
    const lost = new Set<string>();
    const proxied = await between(t, there.url, () => false);
    const url = await between(t, proxied, (request) => {
      const path = request.url!.split("?")[0]!;
      if (request.method === "GET" || lost.has(path)) return false;
      lost.add(path);
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", async () => {
        const headers = { "content-type": request.headers["content-type"] ?? "" };
        await fetch(proxied + request.url, {
          ...{ method: request.method, headers },
          body: new Blob(chunks as BlobPart[]),
        });
        request.socket.destroy();
      });
      return true;
    });
    const server = new MlflowServer(url, quick);
    await pushRuns(here, server);
    assert.deepEqual(contents(there.store), contents(here));
    assert.deepEqual(
      there.store
        .runs()
        .map(({ name }) => name)
        .sort(),
      ["child", "parent"],
    );
    assert.ok(lost.has("/api/2.0/mlflow/runs/create") && lost.has("/api/2.0/mlflow/runs/log-batch"));
  });

  test("what one run cannot, the others still do", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const { child } = fillStore(here);
    const server = new MlflowServer(there.url, quick);
    await pushRuns(here, server);
    const remote = there.store.runs().find(({ name }) => name === "child")!;
    there.store.deleteRun(remote.runId);
    here.log(child, { params: { late: "1" } });
    here.createRun({ name: "third" });
    const report = await pushRuns(here, server);
    assert.equal(report.created, 1);
    assert.deepEqual(
      report.problems.map(({ runId }) => runId),
      [child],
    );
  });

  test("credentials come from the address or MLflow's variables, and stand in no store and no error", async (t) => {
    const [here, there] = [scratchStore(t), await team(t, "s3cret-s3cret-s3cret")];
    fillStore(here);
    const refused = await pushRuns(here, new MlflowServer(there.url, quick)).catch((error: Error) => error);
    assert.match(String(refused), /HTTP 401.*MLFLOW_TRACKING_TOKEN/s);
    const wrong = new MlflowServer(there.url, { ...quick, env: { MLFLOW_TRACKING_TOKEN: "not-the-right-one" } });
    const error = await pushRuns(here, wrong).catch((reason: Error) => reason);
    assert.ok(!String(error).includes("not-the-right-one"));
    const right = new MlflowServer(there.url, { ...quick, env: { MLFLOW_TRACKING_TOKEN: "s3cret-s3cret-s3cret" } });
    assert.equal((await pushRuns(here, right)).created, 2);
    const heard: (string | undefined)[] = [];
    const url = await between(t, there.url, (request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(404).end("{}");
      return true;
    });
    const named = new MlflowServer(url.replace("//", "//ada:p%40ss@"), quick);
    await assert.rejects(pushRuns(here, named).then(({ problems }) => assert.deepEqual(problems, [])));
    assert.equal(heard[0], `Basic ${Buffer.from("ada:p@ss").toString("base64")}`);
    assert.ok(!named.address.includes("p%40ss"));
  });

  test("an address that is none, and a server that is not there, are told in one line", async (t) => {
    assert.throws(
      () => new MlflowServer("team:5000", quick),
      /wanted an address as http:\/\/host:5000, got `team:5000`/,
    );
    const here = scratchStore(t);
    fillStore(here);
    await assert.rejects(
      pushRuns(here, new MlflowServer("http://127.0.0.1:9", quick)),
      /127\.0\.0\.1:9 .*no answer came \(.*Is the server up\?/,
    );
    const page = await between(t, "", (_request, response) => {
      response.end("<html>hello");
      return true;
    });
    await assert.rejects(
      pushRuns(here, new MlflowServer(page, quick)),
      /must be JSON, got `<html>hello`.*MLflow server\?/,
    );
  });
});

describe("bringing runs from an MLflow server", () => {
  test("everything comes, under the runs' own ids; again brings nothing, and then what is new", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const { parent, child } = fillStore(there.store);
    const server = new MlflowServer(there.url, quick);
    const report = await pullRuns(here, server);
    assert.deepEqual([report.runs, report.created, report.points, report.files], [2, 2, 2505, 2]);
    assert.deepEqual(contents(here), contents(there.store));
    assert.equal(here.run(child).parentRunId, parent);
    const again = await pullRuns(here, server);
    assert.deepEqual([again.created, again.changed, again.points, again.files], [0, 0, 0, 0]);
    there.store.log(child, { metrics: [{ key: "loss", value: 2, step: 50, timestamp: 5 }] });
    const more = await pullRuns(here, server);
    assert.deepEqual([more.created, more.changed, more.points, more.files], [0, 1, 1, 0]);
  });

  test("runs that were sent there do not come back, and runs that came are not sent back", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    fillStore(here);
    there.store.createRun({ name: "theirs" });
    const server = new MlflowServer(there.url, quick);
    await pushRuns(here, server);
    const pulled = await pullRuns(here, server);
    assert.deepEqual([pulled.runs, pulled.own, pulled.created], [3, 2, 1]);
    assert.equal((await pushRuns(here, server)).created, 0);
    assert.equal(there.store.runs().length, 3);
  });

  test("only one experiment, where one is named", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    fillStore(there.store);
    there.store.createRun({ name: "other" });
    assert.equal((await pullRuns(here, new MlflowServer(there.url, quick), { experiment: "malay" })).runs, 2);
    assert.deepEqual(Object.keys(contents(here)).sort(), ["child", "parent"]);
  });
});
