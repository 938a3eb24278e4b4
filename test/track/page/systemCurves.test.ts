import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scratchStore } from "../scratch.ts";
import { browse, cannotBrowse, runNames, until } from "./browsing.ts";
import { served } from "./served.ts";

describe("the machine's curves in a real browser", { skip: cannotBrowse, timeout: 300_000 }, () => {
  test("the machine's curves stand folded in a System section of their own, over time, and grow like the others", async (t) => {
    const store = scratchStore(t);
    const start = Date.now() - 60_000;
    const writer = store.openRun({ name: "live" });
    const key = "system/gpu_0_utilization_percentage";
    const sample = (step: number): void => {
      const timestamp = start + step * 10_000;
      writer.log({
        metrics: [
          { key, value: 90 + step, step, timestamp },
          { key: "loss", value: 1 / (step + 1), step: 100 * step, timestamp },
        ],
      });
    };
    for (let step = 0; step < 3; step++) sample(step);
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    await page.goto(`${url}/?view=run&id=${writer.row.run_id}`);
    await page.getByRole("region", { name: "loss" }).waitFor();
    const section = page.getByRole("region", { name: "System", exact: true });
    assert.equal(await page.locator(".card").count(), 1, "the card of the loss alone is drawn");
    assert.equal(await page.locator(".run-facts").getByText(key).count(), 0);
    await section.getByRole("button", { name: "System" }).click();
    const card = section.getByRole("region", { name: key });
    const path = card.locator("path.curve");
    const points = async (): Promise<number> => ((await path.getAttribute("d")) ?? "").split("L").length;
    await until("three samples are drawn", async () => (await path.count()) === 1 && (await points()) === 3);
    await card.locator(".chart").focus();
    await page.keyboard.press("End");
    assert.match((await card.locator(".chart-tip").textContent()) ?? "", /20\b.*92/, "it is told 20 seconds in");
    sample(3);
    await until("the fourth is drawn", async () => (await points()) === 4);
    await page.reload();
    await until("the address brings it back open", async () => (await path.count()) === 1);
    assert.deepEqual(complaints, []);
  });

  test("no machine's curve is drawn, compared or set beside the runs unless it is asked for", async (t) => {
    const store = scratchStore(t);
    const key = "system/cpu_utilization_percentage";
    const ids = [10, 90].map((value, i) => {
      const id = store.createRun({ name: `run ${i}` });
      const point = { step: 0, timestamp: 1 };
      const metrics = [
        { key, value, ...point },
        { key: "loss", value: 1 / value, ...point },
      ];
      store.log(id, { params: { lr: String(value) }, metrics });
      return id;
    });
    const { url } = await served(t, store);
    const { page, complaints } = await browse(t, url);
    const chosen = ids.map((id) => `run=${id}`).join("&");
    const titles = (): Promise<string[]> => page.locator(".card h3").allTextContents();
    for (const view of ["", `view=compare&${chosen}`]) {
      await page.goto(`${url}/?${view}`);
      await page.getByRole("region", { name: "loss" }).waitFor();
      assert.deepEqual(await titles(), ["loss"], view);
    }
    await page.goto(`${url}/?view=compare&tab=params&${chosen}`);
    await page.getByRole("row", { name: "loss" }).waitFor();
    assert.equal(await page.getByRole("row", { name: key }).count(), 0);
    await page.goto(`${url}/?view=compare&tab=parallel&${chosen}`);
    await page.locator("g.line").first().waitFor();
    assert.deepEqual(await page.locator(".axis-title title").allTextContents(), ["params.lr", "metrics.loss"]);
    await page.goto(url);
    await page.getByText("Columns").click();
    const box = page.getByRole("checkbox", { name: key });
    assert.equal(await box.isChecked(), false);
    await box.check();
    await page.getByRole("button", { name: key }).waitFor();
    await page.goto(`${url}/?filter=${encodeURIComponent(`metrics.\`${key}\` > 50`)}`);
    await page.getByText("1 run", { exact: true }).waitFor();
    assert.deepEqual([await runNames(page), complaints], [["run 1"], []]);
  });
});
