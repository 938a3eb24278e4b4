import type { Connection } from "../wire/connection.ts";
import type { Message } from "../wire/message.ts";
import type { Checker } from "./checker.ts";
import { codePointsBefore, offsetOf } from "./codePoints.ts";
import type { Comms } from "./comms.ts";
import type { History } from "./history.ts";
import { kernelInfo } from "./kernelInfo.ts";

/** What the answers to questions are taken from. */
export interface Knowledge {
  checker: Checker;
  history: History;
  comms: Comms;
  connection: Connection;
}

/** Content of the reply to a request's content. */
export type Answer = (content: Message["content"]) => Record<string, unknown> | Promise<Record<string, unknown>>;

/**
 * The requests that read and run nothing, by their message type. They are answered while a cell runs too.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
export function questions({ checker, history, comms, connection }: Knowledge): Record<string, Answer> {
  return {
    kernel_info_request: kernelInfo,
    history_request: (content) => ({ status: "ok", history: history.answer(content) }),
    comm_info_request: ({ target_name }) => ({ status: "ok", comms: comms.info(target_name) }),
    connect_request: () => {
      const { shell_port, iopub_port, stdin_port, hb_port, control_port } = connection;
      return { status: "ok", shell_port, iopub_port, stdin_port, hb_port, control_port };
    },
    complete_request: async ({ code, cursor_pos }) => {
      const text = String(code ?? "");
      const { matches, start, end, types } = await checker.complete(text, offsetIn(text, cursor_pos));
      const [cursor_start, cursor_end] = [codePointsBefore(text, start), codePointsBefore(text, end)];
      const withTypes = matches.map((match, i) => ({
        text: match,
        type: types[i],
        start: cursor_start,
        end: cursor_end,
      }));
      const metadata = { _jupyter_types_experimental: withTypes };
      return { status: "ok", matches, cursor_start, cursor_end, metadata };
    },
    inspect_request: async ({ code, cursor_pos, detail_level }) => {
      const text = String(code ?? "");
      const found = await checker.inspect(text, offsetIn(text, cursor_pos), detail_level === 1 ? 1 : 0);
      const data = found ? { "text/plain": found.text, "text/markdown": found.markdown } : {};
      return { status: "ok", found: found !== null, data, metadata: {} };
    },
    is_complete_request: async ({ code }) => {
      const { status, indent } = await checker.isComplete(String(code ?? ""));
      return status === "incomplete" ? { status, indent } : { status };
    },
    // The protocol has no other way to say that there is no debugger; its answers follow the Debug Adapter Protocol.
    debug_request: ({ seq, command }) => {
      const message = "sulam has no debugger";
      return { type: "response", request_seq: seq ?? 0, seq: 0, success: false, command: command ?? "", message };
    },
  };
}

function offsetIn(text: string, position: unknown): number {
  return typeof position === "number" ? offsetOf(text, position) : text.length;
}
