/**
 * Calls `gone` when the process that started this one has ended, at once if that happened before: a kernel without its
 * Jupyter has no user. Jupyter asks for it by `JPY_PARENT_PID`; a kernel that is meant to outlive its starter does not get
 * that variable.
 */
export function watchParent(gone: () => void): void {
  const asked = process.env.JPY_PARENT_PID;
  if (asked === undefined) return;
  if (isOrphan(asked)) {
    gone();
    return;
  }
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, 1000);
  timer.unref();
}

/** On Windows the variable holds a handle, which says nothing here. */
function isOrphan(asked: string): boolean {
  const pid = Number(asked);
  if (process.platform === "win32" || !Number.isInteger(pid) || pid < 1) return false;
  if (process.ppid === 1 && pid !== 1) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it lives, as another user
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
