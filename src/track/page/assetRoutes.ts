import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Hono } from "hono";
import { MlflowFault } from "../server/mlflowFault.ts";
import { packageFolder } from "./packageFolder.ts";
import { STYLES } from "./pageShell.ts";

/** The package's folder, seen from `src/track/page` and from `dist/track/page` alike. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The browser is sent what `tsc` made, also in development: set-up builds it. */
const BROWSER = join(ROOT, "dist/track/page/browser");

/** Style sheets are no input of `tsc` and are sent from the sources, which the package brings along. */
const STYLE = join(ROOT, "src/track/page/style");

const JAVASCRIPT = "text/javascript; charset=utf-8";

/**
 * The modules that `main.js` cannot do without, so that the browser may ask for all at once and not for each when
 * another names it.
 */
export function browserModules(): string[] {
  const found = new Set(["main.js"]);
  for (const name of found) {
    const file = join(BROWSER, name);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    for (const [, imported] of text.matchAll(/ from "\.\/([a-zA-Z]+\.js)"/g)) found.add(imported);
  }
  return [...found];
}

/** Files of packages, by the name under which they are served. They are sent as they are, not imported. */
const PACKAGES: Readonly<Record<string, { module: string; file: string }>> = {
  "preact.mjs": { module: "preact", file: "dist/preact.mjs" },
  "hooks.mjs": { module: "preact", file: "hooks/dist/hooks.mjs" },
  "htm.mjs": { module: "htm", file: "dist/htm.mjs" },
  "htm-preact.mjs": { module: "htm", file: "preact/index.mjs" },
};

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
    return context.body(body);
  });
  return routes;
}

function fileOf(name: string): { path: string; type: string } | undefined {
  if (STYLES.includes(name)) return { path: join(STYLE, name), type: "text/css; charset=utf-8" };
  if (Object.hasOwn(PACKAGES, name)) {
    const { module, file } = PACKAGES[name];
    return { path: join(packageFolder(module), file), type: JAVASCRIPT };
  }
  const [, script] = /^browser\/([a-zA-Z]+\.js)$/.exec(name) ?? [];
  return script === undefined ? undefined : { path: join(BROWSER, script), type: JAVASCRIPT };
}
