import { Hono } from "hono";

/** The page in the browser. For now it only says what this is. */
export function pageRoutes(): Hono {
  const routes = new Hono();
  routes.get("/", (context) => context.html(PAGE));
  return routes;
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>sulam: runs</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }</style>
<h1>sulam: experiment tracker</h1>
<p>This is a tracking server that speaks MLflow's REST API. Point a client at it:</p>
<pre>export MLFLOW_TRACKING_URI=<script>document.write(location.origin)</script></pre>
<p>In the terminal, <code>npx sulam runs list</code> shows the runs.</p>
</html>
`;
