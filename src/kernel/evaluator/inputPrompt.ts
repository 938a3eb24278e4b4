import type { EvaluatorEvent } from "../evaluatorMessages.ts";
import { cellScope } from "./cellScope.ts";

interface Waiting {
  resolve: (text: string) => void;
  reject: (error: Error) => void;
}

/** Asks the reader for text through the protocol's stdin channel, and hands the answers to those who asked. */
export class InputPrompt {
  private readonly waiting = new Map<number, Waiting>();
  private next = 1;
  private readonly send: (event: EvaluatorEvent) => void;
  private readonly cellOf: () => number;

  /**
   * @param send   sends an event
   * @param cellOf the cell to which the running code belongs
   */
  constructor(send: (event: EvaluatorEvent) => void, cellOf: () => number) {
    this.send = send;
    this.cellOf = cellOf;
  }

  /** Rejects at once when the cell's request did not allow stdin, as a headless run's does not. */
  readonly input = (prompt = "", { password = false }: { password?: boolean } = {}): Promise<string> => {
    if (cellScope.getStore()?.allowStdin !== true) {
      const why = "this frontend takes no input (allow_stdin is false). Give the value in the code instead";
      return Promise.reject(new Error(`input: ${why}.`));
    }
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ kind: "input", id, cell: this.cellOf(), prompt: String(prompt), password });
    });
  };

  /** The supervisor's answer; one that nobody waits for any more is dropped. */
  reply(id: number, value: string | undefined, error: string | undefined): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (value !== undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(`input: ${error ?? "no answer can come"}`));
  }
}
