import { html } from "htm/preact";
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { wordsOf } from "./api.ts";

/** A text that is edited where it stands. */
export interface EditableProps {
  value: string;
  /** What it is, for screen readers. */
  label: string;
  /** What stands there when there is no text. */
  hint?: string;
  isLong?: boolean;
  /** Stores the new text. @throws {Error} */
  onSave: (value: string) => Promise<void>;
}

/** A click or Enter begins, Enter (in a long text with Ctrl) or leaving stores, Escape gives up. */
export function Editable({ value, label, hint = "", isLong = false, onSave }: EditableProps): VNode {
  const [isOpen, setOpen] = useState(false);
  // What was stored, until the caller knows it, too. No effects here: a table of runs has hundreds of these.
  const [stored, setStored] = useState({ instead: value, text: value });
  const [error, setError] = useState("");
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const isGivenUp = useRef(false);
  const shown = stored.instead === value ? stored.text : value;
  const save = async (): Promise<void> => {
    const text = input.current?.value ?? shown;
    setOpen(false);
    if (isGivenUp.current || text === shown) return;
    try {
      await onSave(text);
      setStored({ instead: value, text });
      setError("");
    } catch (problem) {
      setError(wordsOf(problem));
    }
  };
  if (!isOpen)
    return html`<button class=${shown === "" ? "editable nothing" : "editable"} title=${error || `Edit ${label}`} aria-label=${`${label}: ${shown || "none"}. Edit`}
      onClick=${() => {
        isGivenUp.current = false;
        setOpen(true);
      }}>${shown || hint}${error && html`<span class="error"> not stored: ${error}</span>`}</button>` as VNode;
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape") isGivenUp.current = true;
    if (event.key === "Escape" || (event.key === "Enter" && (!isLong || event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      input.current?.blur();
    }
  };
  return html`<${isLong ? "textarea" : "input"} class="editing" ref=${(
    element: HTMLInputElement & HTMLTextAreaElement,
  ) => {
    if (element !== null && input.current === null) element.focus();
    input.current = element;
  }} aria-label=${label} defaultValue=${shown} value=${shown}
    rows=${isLong ? 5 : undefined} onKeyDown=${onKeyDown} onBlur=${save} />` as VNode;
}
