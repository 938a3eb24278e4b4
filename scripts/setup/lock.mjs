import { randomUUID } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";

/** A lock whose owner has not touched it for so many milliseconds belongs to nobody. */
const STALE_MS = 60_000;
const BEAT_MS = 5_000;
const POLL_MS = 250;

/**
 * Holds the lock file while `work` runs, so that of two set-ups at once the second waits for the first. The owner
 * touches the file every few seconds; a lock left by a killed set-up is taken over.
 *
 * @template T
 * @param {string} path
 * @param {() => void} onWait called once when another set-up holds the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, onWait, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waited = false; !take(path); waited = true) {
    if (!waited) onWait();
    if (isStale(path)) removeStale(path);
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  const release = () => rmSync(path, { force: true });
  process.on("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}

function take(path) {
  try {
    const file = openSync(path, "wx");
    writeSync(file, JSON.stringify({ pid: process.pid, host: hostname() }));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes a lock that was found stale. Another waiter may have done so since and taken it: so the file is moved aside,
 * looked at once more where nobody else can touch it, and put back when it is somebody's.
 */
export function removeStale(path) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (isStale(aside)) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // somebody removed build/: there is nothing left to hold
  }
}

function isStale(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > STALE_MS) return true;
    const owner = JSON.parse(readFileSync(path, "utf8"));
    return owner.host === hostname() && !isAlive(owner.pid);
  } catch {
    return false; // released, or not yet written: look again
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
