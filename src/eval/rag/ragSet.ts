/** A document that is too long for one vector, or may be. */
export interface RagDocument {
  id: string;
  text: string;
}

/** A question, and where its answer stands. */
export interface RagQuestion {
  question: string;
  /** Id of the document that answers it. */
  document: string;
  /** The answer as it stands in that document, word for word. */
  answer: string;
}

/** Questions over long documents. */
export interface RagSet {
  documents: readonly RagDocument[];
  questions: readonly RagQuestion[];
}
