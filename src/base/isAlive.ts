/** Whether a process of this number runs, as whatever user; no number of a process is none. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // it lives, as another user
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
