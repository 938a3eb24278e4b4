import type { Notebook } from "./notebook.ts";

/** The language of a notebook's code, as its metadata says; `typescript` when that says nothing. */
export function notebookLanguage({ metadata }: Notebook): string {
  const info = metadata.language_info as { name?: unknown } | undefined;
  const spec = metadata.kernelspec as { language?: unknown } | undefined;
  const language = info?.name ?? spec?.language;
  return typeof language === "string" ? language : "typescript";
}

/** Whether our kernel and type checker understand the language. */
export function isOurLanguage(language: string): boolean {
  return /^(typescript|javascript)$/i.test(language);
}
