import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { curves, embeddingMap, falseNegativeBrowser, heatmap, histogram, recallBars } from "../../src/viz/index.ts";
import { keepShot, noBrowser, startBrowser } from "../reference/browser.ts";

const library = createRequire(import.meta.url).resolve("plotly.js-dist-min");

const columns = ["system", "field", "recallAt1", "recallAt1Low", "recallAt1High"];
const malay = ["Kerajaan umum cuti", "Cuti umum diumumkan", "Harga ayam naik", "Ayam mahal sekarang"];
const wave = Array.from({ length: 60 }, (_, i) => Math.exp(-i / 20) + 0.05 * Math.sin(i));

const figures = {
  curves: curves(
    [
      { name: "seed 0", y: wave },
      { name: "with band", x: [0, 20, 40], y: [0.8, 0.5, 0.3], low: [0.7, 0.4, 0.2], high: [0.9, 0.6, 0.4] },
    ],
    { title: "Training loss", x: "step", y: "loss (nats)" },
  ),
  recallBars: recallBars(
    {
      columns,
      rows: ["bm25", "base", "tuned"].flatMap((system, i) =>
        ["formal", "colloquial", "english"].map((field, j) => {
          const mean = 0.2 + 0.2 * i + 0.05 * j;
          return [system, field, mean, mean - 0.06, mean + 0.08];
        }),
      ),
    },
    { title: "Recall@1" },
  ),
  heatmap: heatmap(
    malay.map((_, i) => malay.map((_text, j) => (i === j ? 1 : i >> 1 === j >> 1 ? 0.8 : 0.1))),
    { title: "Cosine of four sentences", rows: malay },
  ),
  histogram: histogram(
    [
      { name: "positives", values: wave.map((x) => 0.7 + 0.2 * x) },
      { name: "negatives", values: wave.map((x) => 0.3 + 0.3 * x) },
    ],
    { title: "Scores", x: "cosine" },
  ),
  embeddingMap: embeddingMap(
    {
      data: Float32Array.from({ length: 120 }, (_, i) => (i % 4 === Math.floor(i / 40) ? 1 : 0) + 0.01 * i),
      n: 30,
      d: 4,
    },
    {
      title: "Map",
      texts: Array.from({ length: 30 }, (_, i) => `teks ${i}`),
      groups: Array.from({ length: 30 }, (_, i) => `domain ${Math.floor(i / 10)}`),
    },
  ),
  falseNegativeBrowser: falseNegativeBrowser(
    Array.from({ length: 12 }, (_, i) => ({
      query: `Bila cuti umum bermula? (${i})`,
      positives: [{ text: "Cuti umum bermula pada hari Isnin depan di semua negeri.", score: 0.6 }],
      negative: { text: "Cuti sekolah bermula pada hari Jumaat.", score: 0.75 - i * 0.02 },
      gap: 0.15 - i * 0.02,
    })),
    { title: "Suspects" },
  ),
};

describe("in a browser", { skip: noBrowser }, () => {
  test("plotly takes each figure's spec whole, draws it, and complains of nothing", async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(String(error)));
      await page.setContent('<div id="place"></div>');
      await page.addScriptTag({ path: library });
      for (const [name, { data, layout }] of Object.entries(figures)) {
        const found = await page.evaluate(
          async ([traces, shape]) => {
            const { Plotly } = globalThis as unknown as { Plotly: PlotlyPart };
            await Plotly.newPlot("place", traces, shape);
            const faults = Plotly.validate(traces, shape) ?? [];
            const marks = document.querySelectorAll(
              "#place .points path, #place .trace path, #place .hm image, #place .column-cell",
            );
            return { faults: faults.map(({ msg }) => msg), marks: marks.length };
          },
          [data, layout] as const,
        );
        await keepShot(page, `viz-${name}.png`);
        assert.deepEqual(found.faults, [], name);
        assert.ok(found.marks > 0, `${name} drew nothing`);
      }
      assert.deepEqual(said, []);
    } finally {
      await browser.close();
    }
  });
});

describe("the map in a browser", { skip: noBrowser }, () => {
  test("shows a point's text and group where the pointer is", async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
      await page.setContent('<div id="place"></div>');
      await page.addScriptTag({ path: library });
      const { data, layout } = figures.embeddingMap;
      await page.evaluate(
        async ([traces, shape]) => {
          const { Plotly } = globalThis as unknown as { Plotly: PlotlyPart };
          await Plotly.newPlot("place", traces, shape);
        },
        [data, layout] as const,
      );
      const point = await page.locator("#place .points path").first().boundingBox();
      // the layer for dragging lies over the points and takes the pointer
      await page.mouse.move(point!.x + point!.width / 2, point!.y + point!.height / 2, { steps: 5 });
      const hover = page.locator("#place .hoverlayer .hovertext").first();
      await hover.waitFor();
      assert.match((await hover.textContent()) ?? "", /^domain 0teks \d+$/);
    } finally {
      await browser.close();
    }
  });
});

interface PlotlyPart {
  newPlot(place: string, data: readonly object[], layout: object): Promise<unknown>;
  validate(data: readonly object[], layout: object): { msg: string }[] | undefined;
}
