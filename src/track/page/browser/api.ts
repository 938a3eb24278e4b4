import { useEffect, useState } from "preact/hooks";

/** Names and values of a question; a name may stand several times. */
export type Question = readonly (readonly [string, string])[];

/** Asks this server. @throws {Error} with the server's words */
export async function ask<T>(path: string, question: Question = [], signal?: AbortSignal): Promise<T> {
  const response = await fetch(addressFor(path, question), { signal });
  if (!response.ok) throw new Error(await words(response));
  return (await response.json()) as T;
}

/** The text at an address of this server, and how many bytes the whole of it has. @throws {Error} */
export async function askText(path: string, question: Question): Promise<{ text: string; size: number }> {
  const response = await fetch(addressFor(path, question));
  if (!response.ok) throw new Error(await words(response));
  const text = await response.text();
  return { text, size: Number(response.headers.get("x-file-size") ?? text.length) };
}

/** Changes something through MLflow's REST API. @throws {Error} with the server's words */
export async function tell(call: string, body: object): Promise<void> {
  const response = await fetch(`/api/2.0/mlflow/${call}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await words(response));
}

/** An address with a question. */
export function addressFor(path: string, question: Question): string {
  const query = new URLSearchParams(question.map(([name, value]) => [name, value]));
  return question.length === 0 ? path : `${path}?${query}`;
}

/** What came of a question: the last answer stays while the next is under way. */
export interface Answer<T> {
  data: T | undefined;
  error: string | undefined;
  isWaiting: boolean;
}

/**
 * Asks this server when the question changes.
 * @param path  null: nothing is asked
 * @param version  asks again when it changes
 */
export function useAnswer<T>(path: string | null, question: Question = [], version: unknown = 0): Answer<T> {
  const [answer, set] = useState<Answer<T>>({ data: undefined, error: undefined, isWaiting: true });
  const address = path === null ? null : addressFor(path, question);
  useEffect(() => {
    if (address === null) return;
    const stop = new AbortController();
    set((old) => ({ ...old, isWaiting: true }));
    ask<T>(address, [], stop.signal).then(
      (data) => set({ data, error: undefined, isWaiting: false }),
      (error: unknown) => {
        if (!stop.signal.aborted) set((old) => ({ ...old, error: wordsOf(error), isWaiting: false }));
      },
    );
    return () => stop.abort();
  }, [address, version]);
  return answer;
}

/** An error's words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function words(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
