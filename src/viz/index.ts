/** Figures for notebooks and reports: `sulam/viz`. Each is a function from plain data to a plotly spec. */
export { type Curve, type CurvesOptions, curves } from "./curves.ts";
export { type EmbeddingMapOptions, embeddingMap } from "./embeddingMap.ts";
export { type FalseNegativeBrowserOptions, falseNegativeBrowser } from "./falseNegativeBrowser.ts";
export { axis, type Figure, type FigureParts, figure, PALETTE } from "./figure.ts";
export { type HeatmapOptions, heatmap } from "./heatmap.ts";
export { type HistogramOptions, histogram, type Sample } from "./histogram.ts";
export { type RecallBarsOptions, recallBars } from "./recallBars.ts";
