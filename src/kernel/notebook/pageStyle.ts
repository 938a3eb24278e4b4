/** The style of a converted notebook: light and dark by the reader's setting, and fit for paper. */
export const pageStyle: string = `
:root { color-scheme: light dark; --back: #fff; --text: #1c1e21; --soft: #667; --line: #d8dbe0; --code: #f5f6f8;
  --link: #0b57d0; --error: #fdecea; --red: #b3261e; --green: #1a7f37; --yellow: #8a6100; --blue: #0550ae;
  --magenta: #8250df; --cyan: #0a6c74; }
@media (prefers-color-scheme: dark) { :root { --back: #15171a; --text: #e4e6ea; --soft: #99a0aa; --line: #363b43;
  --code: #1e2126; --link: #8ab4f8; --error: #3a1d1c; --red: #ff8078; --green: #6fdc8c; --yellow: #e3b341;
  --blue: #79b8ff; --magenta: #d2a8ff; --cyan: #66d9e8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
a { color: var(--link); }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.6em 0 .5em; }
h1 { font-size: 1.9rem; margin-top: .5em; }
h2 { font-size: 1.4rem; border-bottom: 1px solid var(--line); padding-bottom: .2em; }
h3 { font-size: 1.15rem; }
img, svg { max-width: 100%; height: auto; }
pre, code { font: 13.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.text :not(pre) > code { background: var(--code); padding: .1em .35em; border-radius: 4px; }
.text pre, .source { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .65em .9em; }
.source { padding-right: 3.5rem; }
li:has(> input[type=checkbox]) { list-style: none; margin-left: -1.3em; }
.text blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--soft); }
.code { margin: 1.1em 0; position: relative; }
.count { position: absolute; right: .7em; top: .45em; color: var(--soft); font-size: .75rem; user-select: none; }
.output { margin: .5em 0 .5em .9em; overflow-x: auto; }
.output pre { white-space: pre; }
.output:has(> pre) { max-height: 32rem; overflow-y: auto; }
.stderr { border-left: 3px solid var(--yellow); padding-left: .7em; }
.error { background: var(--error); border-left: 3px solid var(--red); padding: .6em .8em; }
.raw, .note { color: var(--soft); }
.figure { min-height: 450px; background: #fff; }
table { border-collapse: collapse; font-size: .9rem; margin: .6em 0; }
th, td { border-bottom: 1px solid var(--line); padding: .3em .8em; text-align: left; }
th { border-bottom-width: 2px; }
td[align=right], th[align=right] { text-align: right; }
.t-comment { color: var(--soft); font-style: italic; } .t-string { color: var(--green); }
.t-number { color: var(--blue); } .t-word { color: var(--magenta); } .t-magic { color: var(--yellow); }
.ansi-bold { font-weight: bold; } .ansi-dim { opacity: .65; } .ansi-italic { font-style: italic; }
.ansi-underline { text-decoration: underline; }
${["red", "green", "yellow", "blue", "magenta", "cyan"]
  .map((name) => `.ansi-${name}, .ansi-bright-${name} { color: var(--${name}); }`)
  .join("\n")}
${["red", "green", "yellow", "blue", "magenta", "cyan"]
  .map((name) => `.ansi-on-${name}, .ansi-on-bright-${name} { background: var(--${name}); color: var(--back); }`)
  .join("\n")}
.ansi-bright-black, .ansi-white { color: var(--soft); }
@media print { main { max-width: none; padding: 0; } .code, .output, table { break-inside: avoid; }
  .output pre { white-space: pre-wrap; } .output:has(> pre) { max-height: none; break-inside: auto; } h1, h2, h3 { break-after: avoid; } }
`;
