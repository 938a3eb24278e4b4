import { chunkText } from "../../data/chunkText.ts";
import type { RagSet } from "./ragSet.ts";

/** Words around a short answer in a long paragraph. */
const WORDS = 60;

/**
 * What a model must not have been trained on: each question, and the paragraph of the document in which its answer
 * stands; of a paragraph of more than 60 words, the sentences around the answer, up to so many. An answer that is not
 * there is left to `evaluateRag`.
 */
export function ragTexts({ documents, questions }: RagSet): string[] {
  const texts = new Map(documents.map(({ id, text }) => [id, text]));
  return questions.flatMap(({ question, document, answer }) => {
    const text = texts.get(document) ?? "";
    const isThere = answer.trim() !== "" && text.includes(answer);
    return isThere ? [question, contextOf(text, answer)] : [question];
  });
}

function contextOf(text: string, answer: string): string {
  const at = text.indexOf(answer);
  const before = text
    .slice(0, at)
    .split(/\n\s*\n/)
    .at(-1)!;
  const after = text.slice(at + answer.length).split(/\n\s*\n/)[0];
  const paragraph = before + answer + after;
  const [from, to] = [before.length, before.length + answer.length];
  const chunks = chunkText(paragraph, { by: "sentences", words: WORDS, overlap: 0 });
  const own = chunks.filter(({ start, end }) => start < to && from < end);
  return paragraph.slice(own[0].start, own.at(-1)!.end);
}
