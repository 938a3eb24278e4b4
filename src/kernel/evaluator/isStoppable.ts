const HERE = new URL(".", import.meta.url).href;
// Stopping inside these would leave Node's own stacks half pushed.
const FRAGILE = /^node:(internal\/)?(async_hooks|promise_hooks|process\/|timers|async_local_storage)/;

/**
 * Whether the code on a stack may be terminated right where it is.
 *
 * V8's builtins have no script of their own: the first frame below that has one tells whose work they do. A builtin
 * that `node:internal/async_hooks` has called must not be stopped, or Node aborts later.
 *
 * @param scripts names of the frames' scripts, the innermost first; empty for a builtin. None: nothing runs
 * @param force   true to stop inside Node's own functions too, where that is safe
 */
export function isStoppable(scripts: readonly string[], force: boolean): boolean {
  // the event loop turns, and the interrupt's own message will be read
  if (scripts.length === 0) return false;
  const top = scripts.find((script) => script !== "");
  if (top === undefined) return true;
  if (top.startsWith(HERE) || FRAGILE.test(top)) return false;
  return force || !top.startsWith("node:");
}
