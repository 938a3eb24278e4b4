import type { CommMessage } from "../evaluatorMessages.ts";
import type { Message } from "../wire/message.ts";

/** Which comms are open, for `comm_info_request`, and the two spellings of a comm message. */
export class Comms {
  private readonly targets: Map<string, string> = new Map();

  /** Notes an opening or a closing, from either side. */
  note({ what, commId, targetName = "" }: CommMessage): void {
    if (what === "open") this.targets.set(commId, targetName);
    if (what === "close") this.targets.delete(commId);
  }

  /** The `comms` of a `comm_info_reply`; all of them when no target is named. */
  info(target: unknown): Record<string, { target_name: string }> {
    const open = [...this.targets].filter(([, name]) => typeof target !== "string" || name === target);
    return Object.fromEntries(open.map(([id, name]) => [id, { target_name: name }]));
  }

  /** All comms ended with the evaluator that held them; tells which. */
  closeAll(): string[] {
    const ids = [...this.targets.keys()];
    this.targets.clear();
    return ids;
  }
}

/** A frontend's `comm_open`, `comm_msg` or `comm_close` for the evaluator; undefined when it names no comm. */
export function commFromWire({ header, content, metadata, buffers }: Message): CommMessage | undefined {
  if (typeof content.comm_id !== "string") return undefined;
  const message: CommMessage = {
    what: header.msg_type.replace("comm_", "") as CommMessage["what"],
    commId: content.comm_id,
    data: content.data ?? {},
    metadata,
    buffers: buffers.map((bytes) => Buffer.from(bytes).toString("base64")),
  };
  if (typeof content.target_name === "string") message.targetName = content.target_name;
  return message;
}

/** The evaluator's comm message for the frontends. */
export function commToWire({ what, commId, targetName, data, metadata, buffers = [] }: CommMessage): {
  type: string;
  content: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
} {
  const content: Record<string, unknown> = { comm_id: commId, data };
  if (targetName !== undefined && what === "open") content.target_name = targetName;
  const bytes = buffers.map((text) => Buffer.from(text, "base64"));
  return { type: `comm_${what}`, content, metadata: metadata ?? {}, buffers: bytes };
}
