import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Marked } from "marked";
import type { MimeBundle } from "../evaluatorMessages.ts";
import { escapeHtml } from "./escapeHtml.ts";
import { highlight } from "./highlight.ts";

/** Where a text's pictures are. */
export interface PictureSources {
  /** `attachment:NAME` of the cell. */
  attachments: Record<string, MimeBundle>;
  /** The folder that relative paths start from. */
  folder: string;
  /** Hears of each picture that could not be put into the page. */
  warn: (line: string) => void;
}

const types: Record<string, string> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};

/** Markdown (GitHub's) as HTML, its pictures inside; raw HTML stays as it is: who opens a notebook trusts its author. */
export function markdownToHtml(text: string, sources: PictureSources): string {
  const marked = new Marked({
    gfm: true,
    renderer: {
      code: ({ text: code, lang = "" }) => {
        const isKnown = /^(ts|tsx|typescript|js|jsx|javascript)\b/.test(lang);
        return `<pre><code>${isKnown ? highlight(code) : escapeHtml(code)}</code></pre>\n`;
      },
      heading({ tokens, depth, text: title }) {
        const id = title
          .toLowerCase()
          .replace(/[^\p{L}\p{N}]+/gu, "-")
          .replace(/^-|-$/g, "");
        return `<h${depth} id="${escapeHtml(id)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      image: ({ href, text: alt }) => {
        const source = pictureSource(href, sources);
        if (source !== undefined) return `<img src="${escapeHtml(source)}" alt="${escapeHtml(alt)}">`;
        sources.warn(`the picture ${href} is not in the page`);
        return `<a href="${escapeHtml(href)}">${escapeHtml(alt || href)}</a>`;
      },
    },
  });
  return marked.parse(text, { async: false });
}

/** A picture as a `data:` address; undefined when it lies on another machine or nowhere. */
function pictureSource(href: string, { attachments, folder }: PictureSources): string | undefined {
  if (href.startsWith("data:")) return href;
  if (href.startsWith("attachment:")) {
    const [type, data] = Object.entries(attachments[decoded(href.slice(11))] ?? {})[0] ?? [];
    return type === undefined ? undefined : `data:${type};base64,${String(data).trim()}`;
  }
  const type = types[extname(href).toLowerCase()];
  if (type === undefined || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(href)) return undefined;
  try {
    return `data:${type};base64,${readFileSync(join(folder, decoded(href))).toString("base64")}`;
  } catch {
    return undefined;
  }
}

/** A name without its URL encoding; as it is when it has none, like `100%.png`. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
