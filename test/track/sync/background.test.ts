import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../../../src/track/openStore.ts";
import { withRun } from "../../../src/track/withRun.ts";
import { scratch } from "../scratch.ts";
import { contents } from "./samples.ts";
import { between, team } from "./servers.ts";

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (let left = 600; left > 0; left--) {
    const found = look();
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`waited in vain for ${what}`);
}

describe("with MLFLOW_TRACKING_URI set", () => {
  test("a run appears on the server while it goes on, and is whole there when it has ended; others stay here", async (t) => {
    const [dir, there] = [scratch(t), await team(t)];
    const env = { ...process.env, MLFLOW_TRACKING_URI: there.url };
    await withRun({ dir, name: "before", env: {} }, () => {});
    await withRun({ dir, name: "outer", experiment: "malay", env, params: { lr: 0.1 } }, async (run) => {
      run.metrics({ loss: 1 }, 0);
      await until("the running run", () =>
        there.store.runs().some(({ name, status }) => name === "outer" && status === "RUNNING"),
      );
      run.metrics({ loss: Number.NaN }, 1);
      await run.child({ name: "inner" }, (inner) => inner.metrics({ dev: 2 }, 0));
      run.text("note.txt", "satu");
    });
    const here = openStore({ dir });
    t.after(() => here.close());
    const { before: _, ...sent } = contents(here);
    await until("the end", () => JSON.stringify(contents(there.store)) === JSON.stringify(sent));
    assert.deepEqual(Object.keys(sent).sort(), ["inner", "outer"]);
    assert.equal(readFileSync(join(dir, "sync.log"), "utf8"), "");
  });

  test("a server that is not there costs the run nothing, and the log says so", async (t) => {
    const dir = scratch(t);
    const env = {
      ...process.env,
      MLFLOW_TRACKING_URI: await between(t, "", (_request, response) => {
        response.writeHead(400).end("no");
        return true;
      }),
    };
    await withRun({ dir, name: "alone", env }, (run) => run.metrics({ loss: 1 }, 0));
    const log = join(dir, "sync.log");
    await until("the log", () => existsSync(log) && /HTTP 400/.test(readFileSync(log, "utf8")));
    const store = openStore({ dir });
    t.after(() => store.close());
    assert.equal(store.runs()[0]?.status, "FINISHED");
  });

  test("an address that is no server's, such as a file's, starts nothing", async (t) => {
    const dir = scratch(t);
    await withRun({ dir, name: "alone", env: { MLFLOW_TRACKING_URI: "sqlite:///mlflow.db" } }, () => {});
    assert.ok(!existsSync(join(dir, "sync.log")));
  });
});
