import type { Cell, Notebook } from "../kernel/notebook/notebook.ts";

/**
 * A notebook in the form of the course in `notebooks/`: question, needs, five rows, one step by hand, the library's
 * call, a figure, one sentence of finding, exercises. It runs as it is, within seconds, and is to be written over.
 */
export function newNotebook(title: string): Notebook {
  const cells = parts(title).map(([kind, source], i): Cell => {
    const base = { id: `part-${i + 1}`, metadata: {}, source };
    return kind === "code"
      ? { ...base, cell_type: "code", execution_count: null, outputs: [] }
      : { ...base, cell_type: "markdown" };
  });
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "sulam", display_name: "TypeScript (sulam)", language: "typescript" },
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" },
    },
    cells,
  };
}

function parts(title: string): ["markdown" | "code", string][] {
  return [
    [
      "markdown",
      `# ${title}

**Question.** How well does BM25 find the passage that answers a Malay question? *(Write yours here.)*

**Needs.** The data in the package; no GPU; half a minute.`,
    ],
    ["markdown", "## Five rows"],
    [
      "code",
      `import { bm25, evalTable, evaluate, loadDataset, renderTable } from "sulam";
import { recallBars } from "sulam/viz";

const malay = await loadDataset("malay-mini");
const { test } = malay.split();
evalTable({ columns: ["query", "passage"], rows: test.rows.slice(0, 5).map((row) => [row.query, row.passage]) })`,
    ],
    ["markdown", "## One step by hand\n\nRank the passages for one query, and look where its own stands."],
    [
      "code",
      `const lexical = bm25(malay.passages);
const scores = lexical.scores(test.rows[0].query);
const best = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, 3);
evalTable({ columns: ["score", "passage"], rows: best.map((place) => [scores[place], malay.passages[place].text]) })`,
    ],
    ["markdown", "## The library's call"],
    [
      "code",
      `const table = await evaluate({ bm25: lexical }, test, { measures: ["recallAt1", "recallAt10"] });
display.markdown(renderTable(table, "markdown"));`,
    ],
    ["markdown", "## A figure"],
    ["code", `recallBars(table, { title: "Recall@1 by kind of query" })`],
    [
      "markdown",
      "**Finding.** One sentence, with a number that a cell above has printed, and how sure it is.\n\n## Exercises\n\n1. …\n2. …\n3. …",
    ],
  ];
}
