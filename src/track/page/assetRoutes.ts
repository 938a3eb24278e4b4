import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Hono } from "hono";
import { MlflowFault } from "../server/mlflowFault.ts";

/** The package's folder, seen from `src/track/page` and from `dist/track/page` alike. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The browser is sent what `tsc` made, also in development: set-up builds it. */
const BROWSER = join(ROOT, "dist/track/page/browser");

const JAVASCRIPT = "text/javascript; charset=utf-8";

/** Files of packages, by the name under which they are served. They are sent as they are, not imported. */
const PACKAGES: Readonly<Record<string, { module: string; file: string }>> = {
  "preact.mjs": { module: "preact", file: "dist/preact.mjs" },
  "hooks.mjs": { module: "preact", file: "hooks/dist/hooks.mjs" },
  "htm.mjs": { module: "htm", file: "dist/htm.mjs" },
  "htm-preact.mjs": { module: "htm", file: "preact/index.mjs" },
  "plotly.min.js": { module: "plotly.js-dist-min", file: "plotly.min.js" },
};

/** A framed figure has no origin, so for it this file must say that anybody may use it. It holds no secret. */
const FOR_FRAMES = new Set(["plotly.min.js"]);

/** The page's code and style, and the packages it is made with: nothing comes from another place. */
export function assetRoutes(): Hono {
  const routes = new Hono();
  routes.get("/assets/*", async (context) => {
    const name = context.req.path.slice("/assets/".length);
    const found = fileOf(name);
    if (found === undefined) throw MlflowFault.missing(`There is no ${context.req.path} here.`);
    const body = await readFile(found.path).catch(() => undefined);
    if (body === undefined)
      throw new MlflowFault("INTERNAL_ERROR", 500, `${name} is not built. To mend it: npx sulam setup`);
    context.header("content-type", found.type);
    context.header("cache-control", name in PACKAGES ? "max-age=3600" : "no-cache");
    if (FOR_FRAMES.has(name)) context.header("cross-origin-resource-policy", "cross-origin");
    return context.body(body);
  });
  return routes;
}

function fileOf(name: string): { path: string; type: string } | undefined {
  if (name === "page.css")
    return { path: join(ROOT, "src/track/page/browser/page.css"), type: "text/css; charset=utf-8" };
  if (Object.hasOwn(PACKAGES, name)) {
    const { module, file } = PACKAGES[name];
    return { path: join(folderOf(module), file), type: JAVASCRIPT };
  }
  const [, script] = /^browser\/([a-zA-Z]+\.js)$/.exec(name) ?? [];
  return script === undefined ? undefined : { path: join(BROWSER, script), type: JAVASCRIPT };
}

/** Where a package lies, wherever npm has put it. */
function folderOf(name: string): string {
  const places = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const require = createRequire(import.meta.url);
  for (const place of places) {
    try {
      return dirname(require.resolve(join(place, name, "package.json")));
    } catch {
      // The next place.
    }
  }
  throw new MlflowFault("INTERNAL_ERROR", 500, `Package ${name} is missing. To mend it: npx sulam setup`);
}
