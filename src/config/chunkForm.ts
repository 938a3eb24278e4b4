/** How long documents are cut: whole, or passages of at most `words` words that share `overlap` with the next. */
export type ChunkForm = "whole" | { by: "paragraphs" | "sentences" | "words"; words: number; overlap: number };

/** What `chunkForm` reads, in words that follow "must be". */
export const CHUNK_FORMS = "whole, or UNIT:WORDS[:SHARED] with paragraphs, sentences or words, SHARED below WORDS";

/**
 * Reads a way of cutting as files and commands spell it: `whole`, `paragraphs:128`, `words:128:32`.
 *
 * @returns undefined when it is none
 */
export function chunkForm(text: string): ChunkForm | undefined {
  if (text === "whole") return text;
  const [, by, size, shared = "0"] = /^(paragraphs|sentences|words):([1-9]\d{0,8})(?::(\d{1,9}))?$/.exec(text) ?? [];
  const [words, overlap] = [Number(size), Number(shared)];
  if (by === undefined || overlap >= words) return undefined;
  return { by: by as Exclude<ChunkForm, "whole">["by"], words, overlap };
}
