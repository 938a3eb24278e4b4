import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "./packageFolder.ts";

/**
 * The page of a Plotly figure, for a sandboxed frame. Plotly stands in it as text: a frame without an origin may load
 * nothing from this server, and shall not.
 *
 * @param json  `{data, layout}`, whatever it holds
 */
export async function figurePage(json: string): Promise<string> {
  const plotly = await readFile(join(packageFolder("plotly.js-dist-min"), "plotly.min.js"), "utf8");
  // `<` is the only character by which JSON could end the element that it stands in.
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<style>html, body, #figure { margin: 0; height: 100% }</style><div id="figure"></div>
<script type="application/json" id="spec">${json.replaceAll("<", "\\u003c")}</script>
<script>${plotly}</script><script>${DRAW}</script>
`;
}

const DRAW = `
const { data, layout } = JSON.parse(document.getElementById("spec").textContent);
const ink = matchMedia("(prefers-color-scheme: dark)").matches ? "#d6d6d2" : "#333";
const look = { paper_bgcolor: "transparent", plot_bgcolor: "transparent", font: { color: ink } };
const size = { autosize: true, width: undefined, height: undefined };
Plotly.newPlot("figure", data, { ...look, ...layout, ...size }, { responsive: true, displaylogo: false });
`;
