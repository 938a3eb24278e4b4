import type { SplitName } from "../data/dataset.ts";

/** What variants are made of: a training example with a name. */
export interface Parent {
  id: string;
  /** The topic; its own id where the file names none. Variants keep it, so that they stay on their parent's side. */
  group: string;
  split?: SplitName;
  /** What kind of text it is, where the file or the dataset's card tells it. */
  domain?: string;
  query: string;
  /** At least one. */
  pos: string[];
  neg: string[];
}

/** A variant of a parent. `readExamples` reads a file of them. */
export interface SyntheticRow extends Parent {
  /** The parent's id. */
  parent: string;
  /** `noise.1`, or a key of the prompt, e.g. `en`. */
  variant: string;
  /** What made it, by which settings. */
  generator: Readonly<Record<string, unknown>>;
  seed: number;
}

/** What came of one parent. */
export interface Made {
  rows: SyntheticRow[];
  /** Why there are none. */
  failure?: { kind: string; reason: string };
}

/** Makes variants. */
export interface Generator {
  /** What rows say of it. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Everything that its rows follow from besides their parent: work half done with other settings is not gone on with. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Parents at work at once. */
  readonly concurrency: number;
  /** @throws {Error} when no parent can be worked on; what concerns one parent alone comes back as `failure` */
  make(parent: Parent): Promise<Made>;
}
