import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ansiToHtml } from "../../src/kernel/notebook/ansiToHtml.ts";
import { highlight } from "../../src/kernel/notebook/highlight.ts";
import { htmlText } from "../../src/kernel/notebook/htmlText.ts";
import type { CodeCell, Output } from "../../src/kernel/notebook/notebook.ts";
import { toHtml } from "../../src/kernel/notebook/toHtml.ts";
import { toScript } from "../../src/kernel/notebook/toScript.ts";
import { code, notebook, text } from "./notebook/notebooks.ts";
import { randomNotebook } from "./notebook/randomNotebook.ts";

const folder = mkdtempSync(join(tmpdir(), "sulam-convert-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const here = { from: folder, to: folder };

describe("a script", () => {
  test("runs under node with tsx: awaits, imports and types work from another folder, magics and texts are comments", () => {
    mkdirSync(join(folder, "notebooks"));
    mkdirSync(join(folder, "scripts"));
    writeFileSync(join(folder, "package.json"), '{"type": "module"}');
    writeFileSync(join(folder, "lib.ts"), "export const two: number = 2;");
    const book = notebook(
      text("# Title\n\n*text* with `code`"),
      code('import { two } from "../lib.ts";\nconst again = await import("../lib.ts");'),
      code("%time\n!ls -l\nlet k: number = await Promise.resolve(two);"),
      code("const page = `\n%not a magic\n`;\n!k && console.log('never');\nconsole.log(k + again.two, page.length);"),
      code("throw new Error('never')", ["raises-exception"]),
    );
    const { text: script, warnings } = toScript(book, { from: join(folder, "notebooks"), to: join(folder, "scripts") });
    assert.deepEqual(warnings, []);
    const path = join(folder, "scripts/a.ts");
    writeFileSync(path, script);
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), path], {
      encoding: "utf8",
    });
    assert.equal(stdout, "4 14\n", stderr);
  });

  test("keeps what %time measures, over several lines too, and only the word goes", () => {
    const book = notebook(
      code("%time const m = [\n  5,\n];\nm\n%time\tm.pop()\r\n%time\n%timeit(m)"),
      code('const page = `\n%time kept\n`;\n%time import { two } from "./lib.ts"'),
      code("let m = 6"),
    );
    const { text: script, warnings } = toScript(book, { from: "/p/notebooks", to: "/p" });
    assert.equal(
      script,
      "const m = [\n  5,\n];\nm\nm.pop()\r\n// %time\n// %timeit(m)\n\n" +
        'const page = `\n%time kept\n`;\nimport { two } from "./notebooks/lib.ts"\n\nlet m = 6\n',
    );
    assert.deepEqual(warnings, ["cell 3 declares m again (cell 1 did): a module cannot; rename one."]);
  });

  test("keeps relative imports right when it lies in another folder", () => {
    const book = notebook(code('import a from "./a.ts";\nexport * from "../b.ts";\nimport fs from "node:fs";'));
    const { text: script } = toScript(book, { from: "/p/notebooks", to: "/p" });
    assert.match(script, /from "\.\/notebooks\/a\.ts";\nexport \* from "\.\/b\.ts";\nimport fs from "node:fs"/);
  });

  test("type-checks and runs when cells import the same again: of a repeated import only what is new stays", () => {
    const project = mkdtempSync(join(folder, "again-"));
    writeFileSync(join(project, "package.json"), '{"type": "module"}');
    writeFileSync(
      join(project, "lib.ts"),
      "export default 1; export const two = 2; export const three = 3; export interface Row { n: number }",
    );
    const lib = 'from "./lib.ts"';
    const book = notebook(
      code(`import one, { two, type Row } ${lib};\nlet sum: number = one + two;`),
      code(`import one, { two } ${lib};\nimport * as all ${lib};`),
      code(`import one, { two, three, type Row } ${lib};\nimport "./lib.ts";\nconst row: Row = { n: three };`),
      code(`import type { Row } ${lib};\nimport * as all ${lib};\nimport { two as zwei, three } ${lib};`),
      code("console.log(sum + row.n + zwei + all.three);"),
    );
    const { text: script, warnings } = toScript(book, { from: project, to: project });
    assert.deepEqual(warnings, []);
    const path = join(project, "a.ts");
    writeFileSync(path, script);
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--allowImportingTsExtensions"];
    const checked = spawnSync(process.execPath, [tsc, ...options, path], { cwd: project, encoding: "utf8" });
    assert.deepEqual([checked.status, checked.stdout], [0, ""]);
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), path], {
      encoding: "utf8",
    });
    assert.equal(stdout, "11\n", stderr);
    assert.equal(script.match(/three/g)?.length, 3, "imported once more than it is used");
    assert.equal(script.match(/import "\.\/lib\.ts"/g)?.length, 1, script);
  });

  test("says what a module cannot do: a name that a later cell declares again", () => {
    const { warnings } = toScript(notebook(code("let a = 1"), code("const { b, c: [a] } = x; b")), here);
    assert.deepEqual(warnings, ["cell 2 declares a again (cell 1 did): a module cannot; rename one."]);
  });
});

const showing = (output: Output): CodeCell => ({ ...code("x"), outputs: [output] });
const data = (bundle: Record<string, unknown>): Output => ({ output_type: "display_data", data: bundle, metadata: {} });
const figure = data({
  "application/vnd.plotly.v1+json": { data: [{ y: ["</script><b>"] }] },
  "text/html": "<p>stored</p>",
});

/** The page of some cells; plotly's library is `PLOTLY`. */
function page(...cells: Parameters<typeof notebook>): ReturnType<typeof toHtml> {
  return toHtml(notebook(...cells), { title: "t", folder, plotly: () => "PLOTLY" });
}

describe("a page", () => {
  test("escapes text outputs and sources, and shows HTML outputs as they are", () => {
    const { html } = page(
      showing({ output_type: "stream", name: "stdout", text: "<script>alert(1)</script>" }),
      showing({ output_type: "error", ename: "<i>", evalue: "", traceback: ["<u>"] }),
      showing(data({ "text/html": "<table><tr><td>cell</td></tr></table>", "text/plain": "plain" })),
      code("a < b && '<em>'"),
    );
    assert.ok(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;"), "the stream");
    assert.ok(!/<(u|i|em)>/.test(html), "the traceback and the source");
    assert.ok(html.includes("<td>cell</td>"), "the table");
    assert.ok(!html.includes("plain"), "only the richest form");
  });

  test("lets no picture's data out of its attribute", () => {
    const { html } = page(showing(data({ "image/png": 'x"onerror="alert(1)' })));
    assert.ok(html.includes('src="data:image/png;base64,x&quot;onerror=&quot;alert(1)"'), html.slice(-300));
  });

  test("takes a picture's name as it is when it is no URL-encoded one, and tells of one that is nowhere", () => {
    writeFileSync(join(folder, "100%.png"), Buffer.from([1, 2, 3]));
    const attachments = { "5%zz": { "image/png": "QUJD" } };
    const { html, warnings } = page({
      ...text("![a](attachment:5%zz) ![b](attachment:%zz) ![c](100%.png)"),
      attachments,
    });
    assert.ok(html.includes('src="data:image/png;base64,QUJD"'), "the attachment");
    assert.ok(html.includes('src="data:image/png;base64,AQID"'), "the file");
    assert.deepEqual(warnings, ["cell 1: the picture attachment:%zz is not in the page"]);
  });

  test("has plotly's library once for many figures, none without one, and no figure can leave its script", () => {
    const { html } = page(showing(figure), showing(figure));
    assert.equal(html.split("PLOTLY").length - 1, 1);
    assert.equal(html.split('<div class="figure">').length - 1, 2);
    assert.ok(!html.includes("</script><b>"), "the data's tag is escaped");
    assert.ok(!page(code("x")).html.includes("PLOTLY"), "no figure");
  });

  test("falls back to a figure's stored HTML when the library is not installed, and says so", () => {
    const { html, warnings } = toHtml(notebook(showing(figure)), { title: "t", folder, plotly: () => undefined });
    assert.ok(html.includes("<p>stored</p>"), html.slice(-500));
    assert.match(warnings.join(), /plotly\.js-dist-min is not installed/);
  });

  test("makes no request: a policy forbids it, pictures lie inside, and what stays out is named", () => {
    writeFileSync(join(folder, "p.png"), Buffer.from([1, 2, 3]));
    const picture = { ...text("![a](attachment:q.png)"), attachments: { "q.png": { "image/png": "QUJD" } } };
    const { html, warnings } = page(
      text("![b](p.png) ![c](https://example.org/r.png)"),
      picture,
      showing(data({ "text/html": '<script src="https://cdn.example.org/x.js"></script>' })),
    );
    assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
    assert.ok(html.includes('src="data:image/png;base64,AQID"'), "the file");
    assert.ok(html.includes('src="data:image/png;base64,QUJD"'), "the attachment");
    assert.deepEqual(warnings, [
      "cell 1: the picture https://example.org/r.png is not in the page",
      "cell 3: https://cdn.example.org/x.js would be fetched, and is blocked",
    ]);
  });

  test("takes its title from the first heading, and leaves out what is tagged or hidden", () => {
    const hidden = code("secretSource", ["remove-input"]);
    const { html } = page(text("# The *title*"), hidden, code("goneCell", ["remove-cell"]));
    assert.match(html, /<title>The \*title\*<\/title>/);
    assert.ok(!/secretSource|goneCell/.test(html), "tagged cells");
  });

  test("can be made of any notebook", () => {
    for (let seed = 0; seed < 200; seed++) {
      const { html } = toHtml(randomNotebook(seed), { title: "<t>", folder, plotly: () => "P" });
      assert.ok(html.startsWith("<!DOCTYPE html>") && html.endsWith("</html>\n"), `seed ${seed}`);
    }
  });
});

test("a terminal's colours become classes and styles, and nothing else of it is left", () => {
  const cases: [string, string][] = [
    ["\x1b[31mred\x1b[0m plain", '<span class="ansi-red">red</span> plain'],
    ["\x1b[1;32mboth\x1b[39mbold", '<span class="ansi-bold ansi-green">both</span><span class="ansi-bold">bold</span>'],
    ["\x1b[38;5;208mo", '<span style="color:rgb(255,135,0)">o</span>'],
    ["\x1b[48;2;1;2;3mo", '<span style="background:rgb(1,2,3)">o</span>'],
    ["\x1b[2K\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"],
    ["10%\r50%\r100%\n", "100%\n"],
    ["a\r\nb", "a\nb"],
    ["\x1b[91m<\x1b[m&", '<span class="ansi-bright-red">&lt;</span>&amp;'],
  ];
  for (const [from, to] of cases) assert.equal(ansiToHtml(from), to);
});

test("highlighted code reads as the code, whatever it is", () => {
  for (let seed = 0; seed < 300; seed++)
    for (const { source } of randomNotebook(seed).cells) {
      const back = highlight(source).replace(/<[^>]*>/g, "");
      const read = back.replace(
        /&(lt|gt|amp|quot|#39);/g,
        (_, name) => ({ lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" })[name as string] ?? "",
      );
      assert.equal(read, source, `seed ${seed}`);
    }
  assert.equal(
    highlight("const a = `x`; // b"),
    '<span class="t-word">const</span> a = <span class="t-string">`x`</span>; <span class="t-comment">// b</span>',
  );
});

test("HTML reads as its table's cells and its text", () => {
  const html =
    "<style>x</style><table>\n<tr><th>a</th> <th>b</th></tr><tr><td>1 &lt; 2</td><td>&#233;&amp;</td></tr></table><p>end</p>";
  assert.equal(htmlText(html), "a\tb\n1 < 2\té&\nend");
});
