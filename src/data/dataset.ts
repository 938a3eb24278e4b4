import type { Card } from "./card.ts";

/** A row of a dataset, all texts: `id`, `passage`, the card's other fields, and `group`, the topic it belongs to. */
export interface Row {
  readonly id: string;
  readonly passage: string;
  readonly group: string;
  readonly [field: string]: string;
}

/** A text that queries search. */
export interface Passage {
  id: string;
  text: string;
}

/** The three sides on which topics are dealt. */
export type SplitName = "train" | "dev" | "test";

/** The rows of one split, with what an evaluation needs besides. */
export interface DatasetPart {
  /** E.g. `malay-mini/test`. */
  name: string;
  rows: readonly Row[];
  /** The passages of the whole dataset: a query of any split searches all of them. */
  passages: readonly Passage[];
  /** Fields that hold queries, in the card's order. */
  queryFields: readonly string[];
  /** The field that names a row's domain, if the card tells one. */
  domainField?: string;
}

/** A checked dataset: all rows in file order, its passages, and its splits by topic. */
export class Dataset {
  readonly name: string;
  readonly rows: readonly Row[];
  /** One for each row, in row order. */
  readonly passages: readonly Passage[];
  readonly queryFields: readonly string[];
  readonly card: Card;
  private readonly splitOfGroup: ReadonlyMap<string, SplitName>;

  /** Use `loadDataset`, which checks the rows. @param splitOfGroup has every row's group */
  constructor(card: Card, rows: readonly Row[], splitOfGroup: ReadonlyMap<string, SplitName>) {
    this.name = card.name;
    this.card = card;
    this.rows = rows;
    this.passages = rows.map(({ id, passage }) => ({ id, text: passage }));
    this.queryFields = Object.keys(card.fields).filter((name) => card.fields[name].role === "query");
    this.splitOfGroup = splitOfGroup;
  }

  /** The splits. Rows of one topic are all in the same one, in file order. */
  split(): Record<SplitName, DatasetPart> {
    return { train: this.part("train"), dev: this.part("dev"), test: this.part("test") };
  }

  private part(split: SplitName): DatasetPart {
    return {
      name: `${this.name}/${split}`,
      rows: this.rows.filter((row) => this.splitOfGroup.get(row.group) === split),
      passages: this.passages,
      queryFields: this.queryFields,
      domainField: this.card.domain,
    };
  }
}
