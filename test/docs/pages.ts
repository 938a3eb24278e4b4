import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** A page for people: its path from the root, and its text. */
export interface Page {
  path: string;
  text: string;
}

/** A fenced block of code. */
export interface Block {
  /** Page and line, for messages. */
  where: string;
  language: string;
  text: string;
}

/** README, CONTRIBUTING, and the pages of `docs`, `datasets` and `experiments`. */
export function pages(): Page[] {
  const below = (folder: string): string[] =>
    (readdirSync(join(root, folder), { recursive: true }) as string[]).map((name) => `${folder}/${name}`);
  const all = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...["docs", "datasets", "experiments"].flatMap(below)];
  const own = all.filter((path) => path.endsWith(".md") && !path.startsWith("docs/api/"));
  return own.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The blocks of a page that name their language. */
export function blocks({ path, text }: Page): Block[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language, 2: code }) => ({
    where: `${path}:${text.slice(0, index).split("\n").length}`,
    language: language!,
    text: code!,
  }));
}
