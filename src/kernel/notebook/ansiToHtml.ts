import { escapeHtml } from "./escapeHtml.ts";

const colours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

interface Style {
  classes: Set<string>;
  color?: string;
  background?: string;
}

/**
 * A terminal's text as HTML: colours (of 16 by class `ansi-red`, of 256 and of 24 bit by style), bold, dim, italic and
 * underline; everything else is escaped, other control sequences are dropped, and `\r` overwrites its line.
 *
 * @see ECMA-48, select graphic rendition
 */
export function ansiToHtml(text: string): string {
  const plain = text.replace(/\r\n/g, "\n").replace(/^.*\r(?=[^\n])/gm, "");
  let html = "";
  let style: Style = { classes: new Set() };
  let end = 0;
  for (const { index, 0: sequence, groups } of plain.matchAll(
    /\x1b(?:\[(?<codes>[0-9;:?]*)(?<last>[ -/]*[@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)/g,
  )) {
    html += styled(plain.slice(end, index), style);
    end = index + sequence.length;
    if (groups?.last === "m") style = changed(style, groups.codes.split(/[;:]/).map(Number));
  }
  return html + styled(plain.slice(end), style);
}

function styled(text: string, { classes, color, background }: Style): string {
  if (text === "") return "";
  const css = [color && `color:${color}`, background && `background:${background}`].filter(Boolean).join(";");
  if (classes.size === 0 && css === "") return escapeHtml(text);
  const names = classes.size > 0 ? ` class="${[...classes].join(" ")}"` : "";
  return `<span${names}${css === "" ? "" : ` style="${css}"`}>${escapeHtml(text)}</span>`;
}

const marks: Record<number, string> = { 1: "ansi-bold", 2: "ansi-dim", 3: "ansi-italic", 4: "ansi-underline" };

function changed(before: Style, codes: number[]): Style {
  const style: Style = { ...before, classes: new Set(before.classes) };
  const drop = (pattern: RegExp): void => {
    for (const name of style.classes) if (pattern.test(name)) style.classes.delete(name);
  };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) Object.assign(style, { classes: new Set(), color: undefined, background: undefined });
    else if (marks[code]) style.classes.add(marks[code]);
    else if (code === 22) drop(/bold|dim/);
    else if (code === 23 || code === 24) drop(code === 23 ? /italic/ : /underline/);
    else if (code === 38 || code === 48) {
      const isIndex = codes[i + 1] === 5;
      const value = isIndex ? indexed(codes[i + 2]) : `rgb(${codes.slice(i + 2, i + 5).join(",")})`;
      if (code === 38) style.color = value;
      else style.background = value;
      i += isIndex ? 2 : 4;
    } else if ((code >= 30 && code <= 39) || (code >= 90 && code <= 97)) {
      drop(/^ansi-(bright-)?(black|red|green|yellow|blue|magenta|cyan|white)$/);
      style.color = undefined;
      if (code !== 39) style.classes.add(`ansi-${code >= 90 ? "bright-" : ""}${colours[code % 10]}`);
    } else if ((code >= 40 && code <= 49) || (code >= 100 && code <= 107)) {
      drop(/^ansi-on-/);
      style.background = undefined;
      if (code !== 49) style.classes.add(`ansi-on-${code >= 100 ? "bright-" : ""}${colours[code % 10]}`);
    }
  }
  return style;
}

/** xterm's 256 colours: 16 of the scheme, a cube of 6 by 6 by 6, and 24 greys. */
function indexed(index: number): string {
  if (index < 16) return ["#000", "#c00", "#080", "#a60", "#00c", "#a0a", "#088", "#ccc"][index % 8];
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + 10 * (index - 232))
      .join(",")})`;
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  const cube = index - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(",")})`;
}
