import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Writes the tables of the committed runs, `experiments/TABLES.md`, from `experiments/runs/*.jsonl` as `npx sulam runs
// export` wrote them: node scripts/tables.mjs [FOLDER]. With --check nothing is written, and the exit code is 1 when the
// file is not what the runs say.

const root = fileURLToPath(new URL("..", import.meta.url));
const [given] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const folder = given ?? join(root, "experiments");
const target = join(folder, "TABLES.md");

const text = document(readRuns(join(folder, "runs")));
if (process.argv.includes("--check")) {
  const isSame = existsSync(target) && readFileSync(target, "utf8") === text;
  if (!isSame) console.error(`${target} is not what the runs say.\nTo mend it: node scripts/tables.mjs`);
  process.exitCode = isSame ? 0 : 1;
} else {
  writeFileSync(`${target}.part`, text);
  renameSync(`${target}.part`, target);
}

function readRuns(place) {
  const names = readdirSync(place).filter((name) => name.endsWith(".jsonl"));
  const runs = names.sort().map((name) => readRun(join(place, name)));
  return runs.sort((a, b) => a.name.localeCompare(b.name));
}

function readRun(path) {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const [head, ...rest] = lines.map((line) => JSON.parse(line));
  const tags = Object.fromEntries(rest.filter(({ type }) => type === "tag").map(({ key, value }) => [key, value]));
  const file = (name) => {
    const found = rest.find((line) => line.type === "artifact" && line.path === name);
    const sum = createHash("sha256")
      .update(found?.text ?? "")
      .digest("hex");
    if (found?.sha256 !== sum) throw new Error(`${path}: ${name} is absent, or its text does not fit its sha256`);
    return JSON.parse(found.text);
  };
  const [recall, byDomain] = ["recall", "recallByDomain"].map((name) => asRows(file(`tables/${name}.json`)));
  const data = rest.filter(({ type }) => type === "dataset");
  const experiment = file("experiment.json");
  const rag = experiment.evaluate.rag && asRows(file("tables/rag.json"));
  return { id: head.runId, name: head.name, tags, data, experiment, recall, byDomain, rag };
}

function asRows({ columns, data }) {
  return data.map((row) => Object.fromEntries(columns.map((name, j) => [name, row[j]])));
}

function document(runs) {
  const about = [
    "# Tables of the committed runs",
    "",
    "Written by `node scripts/tables.mjs` from `experiments/runs/*.jsonl`; never by hand. Each run can be made again:",
    "`npx sulam verify RUN` (docs/reproducing.md). R@k with its 95 % interval, resampled by topic.",
  ];
  return `${[...about, ...runs.flatMap(section)].join("\n")}\n`;
}

function section(run) {
  const { id, name, tags, data, experiment } = run;
  const used = data.map(({ name: of, digest }) => `${of} (sha256 ${digest.slice(0, 12)})`).join(", ");
  const commit = tags["mlflow.source.git.commit"].slice(0, 12);
  const dirty = tags["mlflow.source.git.dirty"] === "true" ? " with uncommitted changes" : "";
  const { name: model = "a fresh model", maxLength } = experiment.model;
  const further = Object.entries(experiment.systems).filter(([, { kind, model: named }]) => kind === "base" && named);
  const models = [
    `${model} at ${cut(maxLength)}`,
    ...further.map(([system, base]) => `${system}: ${base.model} at ${cut(base.maxLength)}`),
  ].join(", ");
  const facts = `Run \`${id.slice(0, 8)}\`, commit ${commit}${dirty}, ${used}, ${models}, seed ${experiment.seed}.`;
  return ["", `## ${name}`, "", facts, "", ...table(run), ...longDocuments(run)];
}

function cut(maxLength) {
  return maxLength === undefined ? "the model's own length" : `${maxLength} tokens`;
}

/** Nothing where the experiment does not ask for long documents. */
function longDocuments({ experiment, rag }) {
  if (rag === undefined) return [];
  const { perDocument, k } = experiment.evaluate.rag;
  const about = `Long documents of ${perDocument} passages each, cut in several ways; intervals resampled by document.`;
  const shown = ["chunkRecall", "documentRecall", "answerHit"].flatMap((name) => k.map((at) => `${name}At${at}`));
  const titles = shown.map((name) =>
    name
      .replace(/^chunkRecallAt/, "passage R@")
      .replace(/^documentRecallAt/, "document R@")
      .replace(/^answerHitAt/, "answer hit@"),
  );
  const cells = ({ system, field, chunks, questions, passages, answerable, ...row }) => {
    const counts = [questions, passages, short(answerable)];
    return [system, field, chunks, ...counts, ...shown.map((name) => measure(row, name))];
  };
  const head = ["system", "field", "chunks", "questions", "passages", "answerable", ...titles];
  return ["", about, "", ...lines(head, rag.map(cells), 3)];
}

/** All of the split; where systems leave out domains, the queries of these domains. */
function table({ experiment, recall, byDomain }) {
  const without = (system) => experiment.systems[system].data?.withoutDomains ?? [];
  const left = [...new Set(Object.keys(experiment.systems).flatMap(without))];
  if (left.length === 0) return markdown(["system", "field"], recall, experiment.evaluate.k);
  const rows = left.flatMap((domain) =>
    byDomain.filter((row) => {
      const own = without(row.system);
      return row.domain === domain && (own.length === 0 || own.includes(domain));
    }),
  );
  return markdown(["domain", "system", "field"], rows, experiment.evaluate.k);
}

function markdown(keys, rows, ks) {
  const head = [...keys, "queries", ...ks.map((k) => `R@${k}`)];
  const cells = (row) => [...keys.map((key) => row[key]), row.queries, ...ks.map((k) => measure(row, `recallAt${k}`))];
  return lines(head, rows.map(cells), keys.length);
}

/** A table whose first columns are names, the rest numbers. */
function lines(head, body, names) {
  const rule = head.map((_, j) => (j < names ? "---" : "---:"));
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`);
}

function measure(row, name) {
  const [value, low, high] = ["", "Low", "High"].map((end) => short(row[`${name}${end}`]));
  return `${value} [${low}, ${high}]`;
}

function short(value) {
  return value.toFixed(3).replace(/^0/, "");
}
