import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { MlflowServer } from "../../../src/track/sync/mlflowServer.ts";
import { pullRuns } from "../../../src/track/sync/pullRuns.ts";
import { pushRuns } from "../../../src/track/sync/pushRuns.ts";
import { scratchStore } from "../scratch.ts";
import { contents, fillStore } from "./samples.ts";
import { between, quick, team } from "./servers.ts";

describe("sending, when others are at work", () => {
  test("two pushes at once make each run once, and whole", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    fillStore(here);
    const creates: (() => void)[] = [];
    // both have looked for the run before either makes it
    const url = await between(t, there.url, () => false);
    class Slow extends MlflowServer {
      override async post(...call: Parameters<MlflowServer["post"]>): ReturnType<MlflowServer["post"]> {
        if (call[0] === "runs/create" && creates.length < 2)
          await new Promise<void>((resolve) => {
            creates.push(resolve);
            if (creates.length === 2) for (const go of creates) go();
          });
        return super.post(...call);
      }
    }
    const reports = await Promise.all([1, 2].map(() => pushRuns(here, new Slow(url, quick))));
    assert.deepEqual(
      reports.flatMap(({ problems }) => problems),
      [],
    );
    assert.equal(there.store.runs().length, 2);
    assert.deepEqual(contents(there.store), contents(here));
    assert.equal((await pushRuns(here, new MlflowServer(url, quick))).changed, 0);
  });

  test("a server that was set up anew under its address gets all runs again", async (t) => {
    const [here, old, fresh] = [scratchStore(t), await team(t), await team(t)];
    fillStore(here);
    let now = old.url;
    const server = new (class extends MlflowServer {
      override get(...call: Parameters<MlflowServer["get"]>): ReturnType<MlflowServer["get"]> {
        return now === old.url ? super.get(...call) : new MlflowServer(now, quick).get(...call);
      }
      override post(...call: Parameters<MlflowServer["post"]>): ReturnType<MlflowServer["post"]> {
        return now === old.url ? super.post(...call) : new MlflowServer(now, quick).post(...call);
      }
      override putFile(...call: Parameters<MlflowServer["putFile"]>): ReturnType<MlflowServer["putFile"]> {
        return now === old.url ? super.putFile(...call) : new MlflowServer(now, quick).putFile(...call);
      }
    })(old.url, quick);
    await pushRuns(here, server);
    now = fresh.url;
    const report = await pushRuns(here, server);
    assert.deepEqual([report.created, report.points, report.files, report.problems], [2, 2505, 2, []]);
    assert.deepEqual(contents(fresh.store), contents(here));
  });

  test("a run that was brought from one server and sent to another names the run here, and does not come back", async (t) => {
    const [theirs, here, first, second] = [scratchStore(t), scratchStore(t), await team(t), await team(t)];
    fillStore(theirs);
    await pushRuns(theirs, new MlflowServer(first.url, quick));
    await pullRuns(here, new MlflowServer(first.url, quick));
    const server = new MlflowServer(second.url, quick);
    assert.equal((await pushRuns(here, server)).created, 2);
    const pulled = await pullRuns(here, server);
    assert.deepEqual([pulled.own, pulled.created], [2, 0]);
  });

  test("runs that came from a server are not sent back by another address of it", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    fillStore(there.store);
    await pullRuns(here, new MlflowServer(there.url, quick));
    const alias = await between(t, there.url, () => false);
    assert.equal((await pushRuns(here, new MlflowServer(alias, quick))).created, 0);
    assert.equal(there.store.runs().length, 2);
  });

  test("a tag that the server refuses is told each time, and the rest of its run goes", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const { child } = fillStore(here);
    here.log(child, { tags: { long: "x".repeat(6000) } });
    // as an older MLflow: 5,000 characters at most, or the whole call fails
    const strict = new (class extends MlflowServer {
      override async post(...call: Parameters<MlflowServer["post"]>): ReturnType<MlflowServer["post"]> {
        const { tags = [] } = call[1] as { tags?: { value: string }[] };
        const [path, body, found] = call;
        const isRefused = tags.some(({ value }) => value.length > 5000);
        return super.post(path, isRefused ? { ...(body as object), tags: [{ key: "@", value: "" }] } : body, found);
      }
    })(there.url, quick);
    for (const points of [2505, 0]) {
      const report = await pushRuns(here, strict);
      assert.equal(report.points, points);
      assert.deepEqual(
        report.problems.map(({ runId, problem }) => [runId, problem.slice(0, 10)]),
        [[child, "tag `long`"]],
      );
    }
    const remote = there.store.runs().find(({ name }) => name === "child")!;
    assert.equal(remote.tags.note, here.run(child).tags.note);
    assert.equal(remote.status, "FINISHED");
  });

  test("a run that crashed, was sent and then taken up again to its end is no crashed one there", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const run = here.createRun({ name: "again", tags: { "sulam.error": "process 1 ended without a word" } });
    here.updateRun(run, { status: "CRASHED", endTime: 10 });
    const server = new MlflowServer(there.url, quick);
    await pushRuns(here, server);
    assert.equal(there.store.runs()[0]!.tags["sulam.crashed"], "true");
    here.deleteTag(run, "sulam.error");
    here.updateRun(run, { status: "FINISHED", endTime: 20 });
    assert.deepEqual((await pushRuns(here, server)).problems, []);
    const { status, tags } = there.store.runs()[0]!;
    assert.deepEqual([status, tags["sulam.crashed"], tags["sulam.error"]], ["FINISHED", undefined, undefined]);
  });

  test("files of a server that keeps them where only its own clients write are told each time; the rest goes", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const { child } = fillStore(here);
    const server = new (class extends MlflowServer {
      override async post(...call: Parameters<MlflowServer["post"]>): ReturnType<MlflowServer["post"]> {
        return elsewhere(await super.post(...call));
      }
      override async get(...call: Parameters<MlflowServer["get"]>): ReturnType<MlflowServer["get"]> {
        return elsewhere(await super.get(...call));
      }
    })(there.url, quick);
    const elsewhere = (answer: Record<string, unknown>): Record<string, unknown> =>
      JSON.parse(JSON.stringify(answer).replaceAll("mlflow-artifacts:/", "s3://bucket/"));
    for (const time of ["first", "second"]) {
      const { problems, files } = await pushRuns(here, server);
      assert.deepEqual([files, problems.map(({ runId }) => runId)], [0, [child]], time);
      assert.match(problems[0]!.problem, /^2 files stayed here: the server keeps them at s3:/);
    }
    const remote = there.store.runs().find(({ name }) => name === "child")!;
    assert.equal(there.store.history(remote.runId, "dev/r").length, 2500);
  });

  test("a run whose files cannot be read here is told, and the others go", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const experimentId = here.experiments.create("far", {}, "s3://bucket/folder");
    const far = here.createRun({ experimentId, name: "far" });
    here.noteArtifact(far, { path: "a.bin", size: 1, sha256: "0".repeat(64), created: 1 });
    fillStore(here);
    const report = await pushRuns(here, new MlflowServer(there.url, quick));
    assert.deepEqual(
      report.problems.map(({ runId }) => runId),
      [far],
    );
    assert.match(report.problems[0]!.problem, /out of this store's reach/);
    assert.ok(contents(there.store).child);
  });
});

describe("bringing what is not as it should be", () => {
  test("a run that this store cannot keep is told, one deleted here stays deleted, and the others come", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const { child } = fillStore(there.store);
    const server = new MlflowServer(there.url, quick);
    await pullRuns(here, server);
    here.deleteRun(child);
    there.store.log(child, { tags: { note: "changed" } });
    const { experimentId } = there.store.experiments.open("gone");
    const lost = there.store.createRun({ experimentId, name: "lost" });
    here.experiments.delete(here.experiments.open("gone").experimentId);
    there.store.createRun({ experimentId: there.store.experiments.create("last"), name: "last" });
    const report = await pullRuns(here, server);
    assert.equal(report.created, 1);
    assert.deepEqual(
      report.problems.map(({ runId }) => runId),
      [lost],
    );
    assert.deepEqual(Object.keys(contents(here)).sort(), ["last", "parent"]);
  });

  test("an id that is none leaves nothing here, and a folder in itself ends", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    there.store.createRun({ name: "good" });
    const url = await between(t, there.url, ({ url: path }, response) => {
      const isSearch = path!.endsWith("runs/search");
      const isList = path!.includes("artifacts/list");
      const info = { status: "FINISHED", experiment_id: "0", artifact_uri: "mlflow-artifacts:/0", start_time: 1 };
      const runs = ["../../../etc", "a".repeat(32)].map((run_id) => ({ info: { ...info, run_id } }));
      if (isSearch) response.end(JSON.stringify({ runs }));
      if (isList) response.end(JSON.stringify({ files: [{ path: "f", is_dir: true }] }));
      return isSearch || isList;
    });
    const report = await pullRuns(here, new MlflowServer(url, quick));
    assert.deepEqual([report.created, report.problems.map(({ runId }) => runId)], [1, ["../../../etc"]]);
    assert.equal(here.runs().length, 1);
  });

  test("a file may take longer than a call, and is asked for again when it breaks off", async (t) => {
    const [here, there] = [scratchStore(t), await team(t)];
    const run = there.store.createRun({ name: "big" });
    const bytes = Buffer.alloc(300_000, 7);
    there.store.putArtifact(run, "big.bin", bytes);
    let asked = 0;
    const url = await between(t, there.url, ({ url: path }, response) => {
      if (!path!.startsWith("/get-artifact")) return false;
      asked += 1;
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 100_000));
      if (asked === 1) setTimeout(() => response.destroy(), 50);
      else setTimeout(() => response.end(bytes.subarray(100_000)), 1500);
      return true;
    });
    await pullRuns(here, new MlflowServer(url, { ...quick, timeoutMs: 1000 }));
    assert.equal(asked, 2);
    assert.equal(here.artifacts(run)[0]!.sha256, createHash("sha256").update(bytes).digest("hex"));
  });

  test("a call without a file is given up in time", async (t) => {
    const url = await between(t, "", (_request, response) => {
      setTimeout(() => response.end("{}"), 300);
      return true;
    });
    const server = new MlflowServer(url, { ...quick, timeoutMs: 20 });
    await assert.rejects(pullRuns(scratchStore(t), server), /no answer came/);
    await sleep(300);
  });
});

test("an address with a password that is none of MLflow's is refused without the password", () => {
  for (const uri of ["postgres://ada:p1w/x9@z7@db/x", "https://ada:p1w/x9@host:port", "ada:p1w@host"])
    assert.throws(
      () => new MlflowServer(uri, quick),
      (error: Error) => !/p1w|x9|z7/.test(error.message) && error.message.includes("[secret]@"),
    );
  assert.equal(new MlflowServer("http://ada:50%off@host", quick).address, "http://host");
});
