import { useEffect, useState } from "preact/hooks";

/** Changes of the address: null takes a name away, a list gives it several values. */
export type QueryChange = Readonly<Record<string, string | readonly string[] | null>>;

const listeners = new Set<() => void>();

/** What the page shows stands in the address and nowhere else, so that a link or the back button brings it back. */
export function currentQuery(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** The address with some names changed. @param only  leaves out every other name */
export function addressOf(change: QueryChange, only = false): string {
  const query = only ? new URLSearchParams() : currentQuery();
  for (const [name, value] of Object.entries(change)) {
    query.delete(name);
    for (const one of value === null ? [] : [value].flat()) query.append(name, one);
  }
  const text = query.toString();
  return text === "" ? "/" : `/?${text}`;
}

/** Goes to an address of this page. @param replace  small changes (a zoom, say) make no new step for the back button */
export function go(address: string, replace = false): void {
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  for (const listener of listeners) listener();
}

/** Changes some names of the address, see `go`. */
export function change(changes: QueryChange, replace = false): void {
  go(addressOf(changes), replace);
}

/** The address' names; draws anew when they change. */
export function useQuery(): URLSearchParams {
  const [query, set] = useState(currentQuery());
  useEffect(() => {
    const listen = (): void => set(currentQuery());
    listeners.add(listen);
    addEventListener("popstate", listen);
    return () => {
      listeners.delete(listen);
      removeEventListener("popstate", listen);
    };
  }, []);
  return query;
}

/** For links: follows them without loading the page anew, unless another tab is asked for. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest("a");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link === null || !isPlain || event.defaultPrevented) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname !== "/" || link.target !== "" || link.download !== "") return;
  event.preventDefault();
  go(url.pathname + url.search);
  scrollTo(0, 0);
}
