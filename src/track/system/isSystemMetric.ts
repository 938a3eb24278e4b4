// The rule stands with the page, whose browser is served nothing else.
export { isSystemMetric } from "../page/browser/isSystemMetric.ts";
