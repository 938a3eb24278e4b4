/// <reference lib="dom" />

import { html } from "htm/preact";
import { render } from "preact";
import { App } from "./app.ts";

// Where the browser begins. The files of this folder run in the browser only; `tsc` makes them, nothing bundles them.
const place = document.getElementById("app");
if (place !== null) render(html`<${App} />`, place);
