import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { openStore } from "../../../src/track/openStore.ts";
import { startServer } from "../../../src/track/server/startServer.ts";
import { cli } from "../../cli/cli.ts";
import { scratchStore, startChild } from "../scratch.ts";
import { contents, fillStore } from "./samples.ts";

describe("sulam sync", () => {
  test("--to and --from carry a store to a server and into another store, with words for people and an object for programs", async (t) => {
    const [here, there, third] = [scratchStore(t), scratchStore(t), scratchStore(t)];
    fillStore(here);
    const server = await startServer({ store: there, port: 0, onBug: (error) => assert.fail(String(error)) });
    t.after(() => server.stop(0));
    const sent = await cli(["sync", "--to", server.url, "--store", here.dir, "--json"]);
    assert.equal(sent.code, 0, sent.err);
    assert.match(sent.err, /2 of 2 runs are new there, 0 changed; 2505 points and 2 files sent\./);
    assert.equal(JSON.parse(sent.out).created, 2);
    const brought = await cli(["sync", "--from", server.url, "--store", third.dir]);
    assert.equal(brought.code, 0, brought.err);
    assert.match(brought.err, /of 2 runs 2 are new in /);
    assert.deepEqual(contents(third), contents(here));
  });

  test("of a store without runs it says so, and that no server was asked", async (t) => {
    const { code, err } = await cli(["sync", "--to", "http://127.0.0.1:9", "--store", scratchStore(t).dir]);
    assert.equal(code, 0);
    assert.match(err, /There are no runs in .*; nothing was sent, and http:\/\/127\.0\.0\.1:9 was not asked\./);
  });

  test("neither or both directions, and a server that is not there, are told in one line", async (t) => {
    const { dir } = scratchStore(t);
    for (const [args, exitCode, why] of [
      [[], 2, /^error: give either --to URI or --from URI/],
      [["--to", "http://a:1", "--from", "http://a:1"], 2, /^error: give either/],
      [["--to", "team"], 1, /^error: sync: wanted an address/],
    ] as const) {
      const { code, err } = await cli(["sync", ...args, "--store", dir]);
      assert.equal(code, exitCode);
      assert.match(err, why);
    }
  });
});

test("killed with -9 at any time, the same push goes on: nothing is lost, nothing comes twice", {
  timeout: 240_000,
}, async (t) => {
  const [here, there] = [scratchStore(t), scratchStore(t)];
  fillStore(here);
  const run = here.createRun({ name: "long" });
  for (let part = 0; part < 30; part++)
    here.log(run, {
      metrics: Array.from({ length: 1000 }, (_, i) => {
        const step = part * 1000 + i;
        return { key: "loss", value: step % 7 === 0 ? Number.NaN : step / 3, step, timestamp: step };
      }),
    });
  here.updateRun(run, { status: "FINISHED", endTime: 50 });
  const server = await startServer({ store: there, port: 0, onBug: (error) => assert.fail(String(error)) });
  t.after(() => server.stop(0));
  let kills = 0;
  for (let delay = 300; ; delay += 250) {
    const child = startChild("push", here.dir, server.url);
    const timer = setTimeout(() => child.kill("SIGKILL"), delay);
    const [code, signal] = await once(child, "exit");
    clearTimeout(timer);
    if (signal === "SIGKILL") kills += 1;
    else {
      assert.equal(code, 0);
      break;
    }
  }
  assert.ok(kills > 0, "no push was killed");
  const copy = openStore({ dir: here.dir });
  t.after(() => copy.close());
  assert.deepEqual(contents(there), contents(copy));
  assert.equal(there.runs().length, 3);
});
