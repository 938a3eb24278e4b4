/**
 * Ends what cells have started and left running, as a kernel that shuts down should: Jupyter makes each kernel the leader
 * of a process group, and only then is there a group of this number. Processes that left the group (`detached`) live on.
 */
export function endGroup(): void {
  try {
    process.on("SIGTERM", () => {});
    process.kill(-process.pid, "SIGTERM");
  } catch {
    // this process leads no group
  }
}
