import { createHash, type Hash } from "node:crypto";
import { hashText } from "../../data/collect/hashText.ts";
import { KeyChains } from "../../data/collect/keyChains.ts";
import { RowFile } from "../../data/collect/rowFile.ts";
import type { SameText } from "../miningPool.ts";
import { normalizeText } from "../normalizeText.ts";

/**
 * Distinct texts in a file, numbered as they come; of equal ones the first is kept. Memory holds hashes, some 8 bytes a
 * text; what a hash proposes is read and compared.
 */
export class TextPool {
  private readonly file: RowFile;
  private readonly chains = new KeyChains();
  private readonly exact: boolean;
  private readonly hash: Hash = createHash("sha256");

  /** @param path must not exist yet @param sameText which texts are equal */
  constructor(path: string, sameText: SameText) {
    this.file = new RowFile(path);
    this.exact = sameText === "exact";
  }

  /** Texts kept. */
  get size(): number {
    return this.file.rows;
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    return this.file.bytes + this.chains.bytes;
  }

  /** sha256 of the texts so far, in order. */
  get digest(): string {
    return this.hash.copy().digest("hex");
  }

  /** The text's number, which is a new one when no text before was the same. */
  add(text: string): number {
    const key = this.keyOf(text);
    const hash = hashText(key);
    for (const place of this.chains.rows(hash)) if (this.keyOf(this.text(place)) === key) return place;
    this.chains.add(this.size, hash);
    this.file.append(text);
    this.hash.update(`${text}\0`);
    return this.size - 1;
  }

  /** The text of a number. */
  text(place: number): string {
    return this.file.read(place) as string;
  }

  /** Closes the file. */
  close(): void {
    this.file.close();
  }

  private keyOf(text: string): string {
    return this.exact ? text : normalizeText(text);
  }
}
