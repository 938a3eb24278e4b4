import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { downloadModel } from "../../src/remote/downloadModel.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const WEIGHTS = Buffer.alloc(300_000, 7);
const FILES: Record<string, Buffer> = {
  "config.json": Buffer.from('{"model_type":"bert"}'),
  "1_Pooling/config.json": Buffer.from("{}"),
  "model.safetensors": WEIGHTS,
  "pytorch_model.bin": Buffer.alloc(10),
  "onnx/model.safetensors": Buffer.alloc(10),
};

/** A hub on the loopback address: the three calls that a download makes, and the ways in which they go wrong. */
let behaviour: "good" | "corrupt" | "cut" | "private" | "no-weights" = "good";
let requests: string[] = [];
let server: Server;
let hubUrl: string;
let cacheDir: string;

before(async () => {
  server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname);
    requests.push(path);
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (behaviour === "private") return json(401, { error: "Invalid username or password." });
    if (path.startsWith("/api/models/") && path.includes("/tree/")) {
      const names = Object.keys(FILES).filter((name) => behaviour !== "no-weights" || !name.startsWith("model."));
      return json(
        200,
        names.map((name) => ({ type: "file", path: name, size: FILES[name].length, oid: "x", ...lfs(name) })),
      );
    }
    if (path.startsWith("/api/models/owner/there")) return json(200, { _id: "1", id: "owner/there", sha: SHA });
    const name = path.split(`/resolve/${SHA}/`)[1];
    if (name === undefined || FILES[name] === undefined) return json(404, { error: "Repository not found" });
    const body = behaviour === "corrupt" && name === "model.safetensors" ? Buffer.alloc(300_000, 8) : FILES[name];
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
    const from = Number(range?.[1] ?? 0);
    const to = Math.min(body.length - 1, range?.[2] ? Number(range[2]) : body.length - 1);
    response.writeHead(range ? 206 : 200, {
      etag: '"x"',
      "content-range": `bytes ${from}-${to}/${body.length}`,
      "content-length": to - from + 1,
    });
    if (behaviour === "cut" && name === "model.safetensors" && to > from) {
      response.write(body.subarray(0, 1000), () => response.destroy());
      return;
    }
    response.end(body.subarray(from, to + 1));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach(() => {
  if (cacheDir !== undefined) rmSync(cacheDir, { recursive: true, force: true });
  cacheDir = mkdtempSync(join(tmpdir(), "sulam-hub-"));
  behaviour = "good";
  requests = [];
});

function lfs(name: string): object {
  if (!name.endsWith(".safetensors")) return {};
  return {
    lfs: { oid: createHash("sha256").update(FILES[name]).digest("hex"), size: FILES[name].length, pointerSize: 100 },
  };
}

const options = (): { cacheDir: string; hubUrl: string; env: NodeJS.ProcessEnv } => ({ cacheDir, hubUrl, env: {} });

test("a model comes whole, in the Python client's cache layout, without other frameworks' weights", async () => {
  const folder = await downloadModel("owner/there", options());
  assert.equal(folder, join(cacheDir, "models--owner--there", "snapshots", SHA));
  assert.deepEqual(readFileSync(join(folder, "model.safetensors")), WEIGHTS);
  assert.ok(existsSync(join(folder, "1_Pooling", "config.json")));
  assert.ok(!existsSync(join(folder, "pytorch_model.bin")) && !existsSync(join(folder, "onnx")));
  assert.equal(readFileSync(join(cacheDir, "models--owner--there", "refs", "main"), "utf8"), SHA);
});

test("a second call fetches no file again, and offline asks nobody", async () => {
  const folder = await downloadModel("owner/there", options());
  requests = [];
  assert.equal(await downloadModel("owner/there", options()), folder);
  assert.deepEqual(
    requests.filter((path) => path.includes("/resolve/")),
    [],
  );
  requests = [];
  assert.equal(await downloadModel("owner/there", { ...options(), offline: true }), folder);
  assert.deepEqual(requests, []);
});

test("weights that differ from the hub's sha256 are refused and removed", async () => {
  behaviour = "corrupt";
  await assert.rejects(downloadModel("owner/there", options()), /owner\/there\/model\.safetensors: .*sha256 differs/);
  const folder = join(cacheDir, "models--owner--there", "snapshots", SHA);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("model")),
    [],
  );
});

test("a connection cut in the middle of a file leaves nothing that looks whole, and the next call mends it", async () => {
  behaviour = "cut";
  await assert.rejects(downloadModel("owner/there", options()), /owner\/there: the hub cannot be reached/);
  behaviour = "good";
  const folder = await downloadModel("owner/there", options());
  assert.deepEqual(readFileSync(join(folder, "model.safetensors")), WEIGHTS);
});

test("unknown, private and weightless models and a dead network each give one clear sentence", async () => {
  await assert.rejects(
    downloadModel("owner/absent", options()),
    /owner\/absent: the hub has no such model or revision/,
  );
  behaviour = "private";
  await assert.rejects(downloadModel("owner/there", options()), /refused access \(401\).*HF_TOKEN/);
  behaviour = "no-weights";
  await assert.rejects(downloadModel("owner/there", options()), /has no safetensors weights/);
  await assert.rejects(
    downloadModel("owner/there", { ...options(), hubUrl: "http://127.0.0.1:9" }),
    /cannot be reached .*no copy/,
  );
  await assert.rejects(downloadModel("owner/there", { ...options(), offline: true }), /HF_HUB_OFFLINE/);
});

test("without a network the last snapshot is used", async () => {
  const folder = await downloadModel("owner/there", options());
  assert.equal(await downloadModel("owner/there", { ...options(), hubUrl: "http://127.0.0.1:9" }), folder);
});
