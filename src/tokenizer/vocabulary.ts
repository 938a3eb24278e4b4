import type { Fields, JsonObject } from "./fields.ts";

/** Tokens and their ids. Ids may have holes, which Hugging Face allows too. */
export class Vocabulary {
  private readonly ids: Map<string, number>;
  private readonly tokens: (string | undefined)[] = [];

  constructor(entries: Iterable<readonly [string, number]>) {
    this.ids = new Map(entries);
    for (const [token, id] of this.ids) this.tokens[id] = token;
  }

  /**
   * Reads `vocab` of the model part.
   *
   * @throws {InputError} when it is not an object of distinct whole numbers
   */
  static read(model: Fields): Vocabulary {
    const raw: JsonObject = model.child("vocab").raw;
    const seen = new Map<number, string>();
    for (const [token, id] of Object.entries(raw)) {
      if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > 0x3fffffff)
        throw model.error(`\`model.vocab\` gives ${JSON.stringify(token)} the id ${JSON.stringify(id)}`);
      const other = seen.get(id as number);
      if (other !== undefined)
        throw model.error(`\`model.vocab\` gives id ${id} to ${JSON.stringify(other)} and ${JSON.stringify(token)}`);
      seen.set(id as number, token);
    }
    return new Vocabulary(Object.entries(raw) as [string, number][]);
  }

  /** Number of tokens. */
  get count(): number {
    return this.ids.size;
  }

  /** The greatest id + 1. */
  get size(): number {
    return this.tokens.length;
  }

  idOf(token: string): number | undefined {
    return this.ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.tokens[id];
  }

  /** [token, id] by ascending id. */
  *entries(): IterableIterator<[string, number]> {
    for (let id = 0; id < this.tokens.length; id++) {
      const token = this.tokens[id];
      if (token !== undefined) yield [token, id];
    }
  }
}
