import { html } from "htm/preact";
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { wordsOf } from "./api.ts";

/** A view whose code the browser asks for when it is first shown; until that has come, nothing is. */
export function lazyView<P>(load: () => Promise<ComponentType<P>>): (props: P) => VNode | null {
  let view: ComponentType<P> | undefined;
  return (props) => {
    const [, setLoaded] = useState(false);
    const [error, setError] = useState<string>();
    useEffect(() => {
      const keep = (found: ComponentType<P>): void => {
        view = found;
        setLoaded(true);
      };
      if (view === undefined) load().then(keep, (reason: unknown) => setError(wordsOf(reason)));
    }, []);
    if (view !== undefined) return html`<${view} ...${props} />` as VNode;
    return error === undefined ? null : (html`<p class="error" role="alert">${error}</p>` as VNode);
  };
}
