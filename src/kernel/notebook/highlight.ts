import { escapeHtml } from "./escapeHtml.ts";

const words = new Set(
  `abstract any as asserts async await boolean break case catch class const continue debugger declare default delete do
  else enum export extends false finally for from function get if implements import in infer instanceof interface is
  keyof let namespace never new null number object of override private protected public readonly return satisfies set
  static string super switch symbol this throw true try type typeof undefined unknown using var void while with yield`.split(
    /\s+/,
  ),
);

const token =
  /(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)|(?<number>\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]+)?(?:[eE][-+]?\d+)?)n?\b)|(?<magic>^[ \t]*[%!][^\n]*)|(?<word>[\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;

/** TypeScript as HTML with a class on comments, strings, numbers, magics and keywords; good for reading, no parser. */
export function highlight(code: string): string {
  let html = "";
  let end = 0;
  for (const { index, 0: text, groups = {} } of code.matchAll(token)) {
    html += escapeHtml(code.slice(end, index));
    end = index + text.length;
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined);
    const isPlain = kind === "word" && !words.has(text);
    html += isPlain ? escapeHtml(text) : `<span class="t-${kind}">${escapeHtml(text)}</span>`;
  }
  return html + escapeHtml(code.slice(end));
}
