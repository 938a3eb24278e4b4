import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

/** A JSONL file in the making, its sha256 with it. */
export class LineFile {
  private text = "";
  private lines = 0;
  private readonly hash: Hash = createHash("sha256");

  private readonly file: FileHandle;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  /** @throws {Error} what the disk says */
  static async create(path: string): Promise<LineFile> {
    return new LineFile(await open(path, "wx"));
  }

  /** Lines written. */
  get count(): number {
    return this.lines;
  }

  /** Writes a value on a line of its own. */
  async write(value: unknown): Promise<void> {
    return this.writeText(JSON.stringify(value));
  }

  /** Writes one line that is JSON already. */
  async writeText(json: string): Promise<void> {
    this.text += `${json}\n`;
    this.lines++;
    if (this.text.length >= 1 << 20) await this.flush();
  }

  /** Flushes to the disk and closes. @returns the file's sha256 */
  async finish(): Promise<string> {
    await this.flush();
    await this.file.sync();
    await this.file.close();
    return this.hash.digest("hex");
  }

  /** Closes the file as it is; a closed one stays so. */
  async abandon(): Promise<void> {
    await this.file.close().catch(() => {});
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.from(this.text);
    this.text = "";
    this.hash.update(bytes);
    await this.file.writeFile(bytes);
  }
}
