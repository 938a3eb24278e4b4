/**
 * Empties Node's stack of async ids. V8 unwinds terminated code without running Node's `after` hooks, so what a killed
 * promise continuation pushed would stay there, and Node aborts when it finds the stack not empty at the end of a
 * callback (`InternalCallbackScope::Close`). An empty stack it tolerates everywhere, because its own handling of
 * uncaught exceptions empties it too. Where AsyncLocalStorage needs no such stack (Node 24) the binding may be gone.
 */
export const clearAsyncStack: () => void = bindClear();

function bindClear(): () => void {
  const host = process as unknown as { binding?: (name: string) => { clearAsyncIdStack?: () => void } };
  // The warning is for packages that could do without; nothing public empties the stack.
  const before = process.noDeprecation;
  try {
    process.noDeprecation = true;
    return host.binding?.("async_wrap").clearAsyncIdStack ?? (() => {});
  } catch {
    return () => {};
  } finally {
    process.noDeprecation = before ?? false;
  }
}
