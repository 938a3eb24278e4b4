import { createHash } from "node:crypto";

/** Where the browser finds the packages that its code imports by name. */
const PACKAGES: Readonly<Record<string, string>> = {
  preact: "/assets/preact.mjs",
  "preact/hooks": "/assets/hooks.mjs",
  htm: "/assets/htm.mjs",
  "htm/preact": "/assets/htm-preact.mjs",
};

const IMPORT_MAP: string = JSON.stringify({ imports: PACKAGES });

const MAP_HASH: string = createHash("sha256").update(IMPORT_MAP).digest("base64");

/** The page's style sheets, in order. */
export const STYLES: readonly string[] = ["theme.css", "runs.css", "charts.css", "run.css", "tables.css"];

/**
 * The page: everything is drawn by `browser/main.ts`.
 * @param modules  the files of `browser/` that it begins with
 */
export function pageShell(modules: readonly string[]): string {
  const code = [...Object.values(PACKAGES), ...modules.map((name) => `/assets/browser/${name}`)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>sulam</title>
<link rel="icon" href="data:,">
${STYLES.map((name) => `<link rel="stylesheet" href="/assets/${name}">`).join("\n")}
<script type="importmap">${IMPORT_MAP}</script>
${code.map((address) => `<link rel="modulepreload" href="${address}">`).join("\n")}
<script type="module" src="/assets/browser/main.js"></script>
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript. In the terminal, <code>npx sulam runs list</code> shows the runs.</noscript>
</body>
</html>
`;
}

/**
 * What the page may do: run the code that this server sends and talk to this server; nothing else, whatever the names
 * and notes that it shows contain.
 */
export const SHELL_POLICY: string = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${MAP_HASH}'`,
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
