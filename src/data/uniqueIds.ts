import { InputError } from "../base/errors.ts";

/** Refuses the second row with the same id, and says where the first one stands. */
export class UniqueIds {
  private readonly seen = new Map<string, string>();

  /** @throws {InputError} when `id` was added before */
  add(id: string, where: string): void {
    const before = this.seen.get(id);
    if (before !== undefined)
      throw new InputError(where, `id ${JSON.stringify(id)} stands already at ${before}`, "Give each row its own id.");
    this.seen.set(id, where);
  }

  has(id: string): boolean {
    return this.seen.has(id);
  }
}
