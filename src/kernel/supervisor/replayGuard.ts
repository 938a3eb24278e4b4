const KEPT = 65_536;

/**
 * Knows the messages that came before: a signed message recorded on the wire and sent again must not run a second time.
 * Told apart by their signatures and not by their ids, as Jupyter's manager and its clients number theirs alike. The last
 * 65,536 are known, as in Jupyter's own session.
 */
export class ReplayGuard {
  private readonly seen: Set<string> = new Set();

  /** Whether no message with this signature came before; notes it. */
  isNew(signature: Uint8Array): boolean {
    const text = Buffer.from(signature).toString("latin1");
    if (this.seen.has(text)) return false;
    this.seen.add(text);
    if (this.seen.size > KEPT) this.seen.delete(this.seen.values().next().value!);
    return true;
  }
}
