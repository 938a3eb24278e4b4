import type { MessageHeader } from "../wire/message.ts";

const KEPT = 65_536;

/**
 * Knows the messages that came before: a signed message recorded on the wire and sent again must not run a second time.
 * The last 65,536 are known, as in Jupyter's own session.
 */
export class ReplayGuard {
  private readonly seen: Set<string> = new Set();

  /** Whether no message of this id came from this session before; notes it. */
  isNew({ msg_id, session }: MessageHeader): boolean {
    const id = `${session} ${msg_id}`;
    if (this.seen.has(id)) return false;
    this.seen.add(id);
    if (this.seen.size > KEPT) for (const oldest of this.seen.values()) return this.seen.delete(oldest);
    return true;
  }
}
