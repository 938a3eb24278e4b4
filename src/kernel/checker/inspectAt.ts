import ts from "typescript";
import type { Inspection } from "../checkerMessages.ts";
import type { Cursor } from "./completeAt.ts";

/** What stands at the cursor, in the parts that both forms of the answer show. */
interface Found {
  signature: string;
  documentation: string;
  tags: [name: string, text: string][];
}

/**
 * Signature and documentation of the name at or just before the cursor; within a call's parentheses, where no name is
 * touched, those of the called function.
 *
 * @param detail  1 adds the source of what an earlier cell or a project file declares
 */
export function inspectAt(service: ts.LanguageService, cursor: Cursor, detail: 0 | 1): Inspection {
  const { path, shift, offset } = cursor;
  for (const at of [offset + shift, offset + shift - 1]) {
    const found = at < shift ? undefined : quickInfo(service, path, at);
    if (found) return render(found, detail === 1 ? sourceOf(service, path, at) : undefined);
  }
  const found = signatureHelp(service, path, offset + shift);
  return found ? render(found, undefined) : null;
}

function quickInfo(service: ts.LanguageService, path: string, at: number): Found | undefined {
  const info = service.getQuickInfoAtPosition(path, at);
  const signature = ts.displayPartsToString(info?.displayParts);
  // An unknown name is reported as `any`.
  if (!info || signature === "" || signature === "any") return undefined;
  // An import shows where it comes from on a second line; for an earlier cell's name that is a virtual file.
  const plain = signature.replace(/^\(alias\) /, "").replace(/\nimport [\w$]+$/, "");
  return { signature: plain, documentation: ts.displayPartsToString(info.documentation), tags: tagsOf(info.tags) };
}

function signatureHelp(service: ts.LanguageService, path: string, at: number): Found | undefined {
  const help = service.getSignatureHelpItems(path, at, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!item) return undefined;
  const text = ts.displayPartsToString;
  const parameters = item.parameters
    .map(({ displayParts }) => text(displayParts))
    .join(text(item.separatorDisplayParts));
  const signature = text(item.prefixDisplayParts) + parameters + text(item.suffixDisplayParts);
  return { signature, documentation: text(item.documentation), tags: tagsOf(item.tags) };
}

function tagsOf(tags: readonly ts.JSDocTagInfo[] | undefined): [string, string][] {
  return (tags ?? []).map(({ name, text }) => [name, ts.displayPartsToString(text)]);
}

function sourceOf(service: ts.LanguageService, path: string, at: number): string | undefined {
  const [definition] = service.getDefinitionAtPosition(path, at) ?? [];
  const file = definition && service.getProgram()?.getSourceFile(definition.fileName);
  if (!file || file.isDeclarationFile) return undefined;
  const { start, length } = definition.contextSpan ?? definition.textSpan;
  return file.text.slice(start, start + length);
}

function render({ signature, documentation, tags }: Found, source: string | undefined): NonNullable<Inspection> {
  const plainTags = tags.map(([name, text]) => `@${name} ${text}`.trimEnd()).join("\n");
  const markedTags = tags.map(([name, text]) => `*@${name}* ${text}`.trimEnd()).join("  \n");
  const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;
  const join = (parts: (string | undefined)[]): string => parts.filter(Boolean).join("\n\n");
  return {
    text: join([signature, documentation, plainTags, source]),
    markdown: join([code(signature), documentation, markedTags, source && code(source)]),
  };
}
