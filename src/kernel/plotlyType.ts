/** The mime type by which Jupyter knows plotly figures, of which the content is `{ data, layout }`. */
export const PLOTLY = "application/vnd.plotly.v1+json";
