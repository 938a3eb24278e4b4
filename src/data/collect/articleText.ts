import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";

/** What a page says, without what stands around it. */
export interface Article {
  /** Of the page; "" where it has none. */
  title: string;
  /** Paragraphs, one a line. */
  text: string;
}

/** A page with more elements is not an article; reading it would take minutes. */
const MOST_ELEMENTS = 100_000;
/** Nor is one whose elements are nested deeper: pages are some 50 deep, and the time grows with the square of it. */
const MOST_DEPTH = 250;

/** The little of a DOM that is walked here; linkedom has its own types, Readability the browser's. */
interface DomNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
}

interface DomElement extends DomNode {
  remove(): void;
}

interface DomDocument {
  body: DomNode;
  title?: string;
  querySelectorAll(selector: string): Iterable<DomElement>;
}

/** Elements that end a line. */
const blocks = new Set(
  "ADDRESS ARTICLE ASIDE BLOCKQUOTE BR DD DIV DL DT FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION TABLE TD TH TR UL".split(
    " ",
  ),
);

/** What is never part of a text, for pages in which no article is found. */
const around =
  "script, style, noscript, template, iframe, svg, nav, header, footer, aside, form, button, select, [hidden], [aria-hidden=true]";

/**
 * The article of an HTML page: menus, sidebars, footers, scripts and comments leave by Mozilla's Readability (the reader
 * view of Firefox). A page in which it finds none gives all its text but those parts.
 *
 * @throws {Error} a page that cannot be parsed, with more than 100,000 elements, or nested over 250 deep
 */
export function articleText(html: string): Article {
  const page = documentOf(html);
  const title = (page.title ?? "").replace(/\s+/g, " ").trim();
  checkDepth(page.body);
  const reader = new Readability<DomNode>(page as never, {
    maxElemsToParse: MOST_ELEMENTS,
    serializer: (node) => node as unknown as DomNode,
  });
  const found = reader.parse();
  const text = found?.content ? linesOf(found.content) : "";
  if (text !== "") return { title, text };
  // the reader has taken the first one apart
  const rest = documentOf(html);
  for (const element of [...rest.querySelectorAll(around)]) element.remove();
  return { title, text: linesOf(rest.body) };
}

/** linkedom takes the first element for the whole document unless there is an html element with a body. */
function documentOf(html: string): DomDocument {
  const whole = /<html[\s>]/i.test(html) ? html : `<html><head></head><body>${html}</body></html>`;
  return parseHTML(whole).document as unknown as DomDocument;
}

function checkDepth(root: DomNode): void {
  let level: DomNode[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) throw new Error(`elements are nested more than ${MOST_DEPTH} deep`);
    level = level.flatMap((node) => [...node.childNodes].filter(({ nodeType }) => nodeType === 1));
  }
}

function linesOf(root: DomNode): string {
  const parts: string[] = [];
  const walk = (node: DomNode): void => {
    if (node.nodeType === 3) parts.push((node.textContent ?? "").replace(/\s+/g, " "));
    if (node.nodeType !== 1) return;
    const block = blocks.has(node.nodeName.toUpperCase());
    if (block) parts.push("\n");
    for (const child of node.childNodes) walk(child);
    if (block) parts.push("\n");
  };
  walk(root);
  const lines = parts.join("").split("\n");
  return lines
    .map((line) => line.replace(/ +/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}
