/**
 * Calls `gone` when the process that started this one has ended: a kernel without its Jupyter has no user. Jupyter asks
 * for it by `JPY_PARENT_PID`; a kernel that is meant to outlive its starter does not get that variable.
 */
export function watchParent(gone: () => void): void {
  if (process.env.JPY_PARENT_PID === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, 1000);
  timer.unref();
}
