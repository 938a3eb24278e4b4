import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

// `npm run pictures`: the pictures of docs/tracker.md, of the tracker's page over the committed runs, in the browser that
// SULAM_CHROME names.

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs/pictures");
const store = mkdtempSync(join(tmpdir(), "sulam-pictures-"));
const sulam = (...args) => [process.execPath, [join(root, "bin/sulam.mjs"), ...args, "--store", store]];

mkdirSync(folder, { recursive: true });
const records = readdirSync(join(root, "experiments/runs")).map((name) => join(root, "experiments/runs", name));
for (const record of records) {
  const { status, stderr } = spawnSync(...sulam("runs", "import", record), { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
const runs = JSON.parse(spawnSync(...sulam("runs", "list", "--json"), { encoding: "utf8" }).stdout);
const idOf = (name) => runs.find((run) => run.name === name).runId;
const [noise, ablation] = ["noise", "ablation-synthetic"].map(idOf);

const server = spawn(...sulam("ui", "--port", "0", "--no-open"), { stdio: ["ignore", "pipe", "inherit"] });
try {
  const address = await new Promise((resolve, reject) => {
    server.on("exit", () => reject(new Error("sulam ui ended before it told its address")));
    server.stdout.on("data", (words) => resolve(/https?:\/\/\S+/.exec(String(words))[0]));
  });
  const browser = await chromium.launch({
    executablePath: process.env.SULAM_CHROME ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const shots = {
    runs: "",
    compare: `?view=compare&run=${noise}&run=${ablation}`,
    run: `?view=run&id=${ablation}`,
    board: "?view=board",
  };
  for (const [name, query] of Object.entries(shots)) {
    await page.goto(`${address}/${query}`);
    // the curves are drawn a moment after the page says that it is idle
    await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => {});
    await page.waitForTimeout(2000);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    console.log(`docs/pictures/${name}.png`);
  }
  await browser.close();
} finally {
  server.kill("SIGTERM");
  rmSync(store, { recursive: true, force: true });
}
