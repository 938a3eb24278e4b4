import { statfsSync } from "node:fs";

/** `f_type` of statfs(2) for file systems where another machine may hold the file. See Linux `magic.h` and statfs(2). */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x01021997, // 9p
  0x5346414f, // AFS
  0x73757245, // Coda
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x19830326, // BeeGFS
  0x65735546, // FUSE: sshfs, gcsfuse, s3fs
  0x786f4256, // VirtualBox shared folder
]);

/**
 * WAL keeps its index in shared memory, which two machines on one network file system do not share
 * (https://www.sqlite.org/wal.html): there, the rollback journal is used.
 *
 * macOS numbers its file systems otherwise and is not covered: there, give `openStore` the option `journal: "delete"`.
 *
 * @param fileSystemType `f_type` of the folder's file system; a test passes its own
 */
export function journalMode(folder: string, fileSystemType: number = statfsSync(folder).type): "wal" | "delete" {
  return NETWORK_TYPES.has(fileSystemType >>> 0) ? "delete" : "wal";
}
