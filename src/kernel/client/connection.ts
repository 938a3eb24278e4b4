import { randomBytes } from "node:crypto";
import { createServer } from "node:net";

/** A connection file, by Jupyter's field names. */
export interface Connection {
  transport: "tcp" | "ipc";
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  /** Empty when messages are not signed. */
  key: string;
  signature_scheme: "hmac-sha256";
  kernel_name?: string;
}

/** A channel of a kernel. */
export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

/** The ZeroMQ address of a channel. */
export function address({ transport, ip, ...ports }: Connection, channel: Channel): string {
  const port = ports[`${channel}_port`];
  return transport === "tcp" ? `tcp://${ip}:${port}` : `ipc://${ip}-${port}`;
}

/** Five free ports of this machine and a fresh key. */
export async function newConnection(): Promise<Connection> {
  // all five are held at once, so that they differ
  const held = await Promise.all(Array.from({ length: 5 }, holdPort));
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = held.map(({ port }) => port);
  await Promise.all(held.map(({ release }) => release()));
  const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
  const key = randomBytes(32).toString("hex");
  return { transport: "tcp", ip: "127.0.0.1", ...ports, key, signature_scheme: "hmac-sha256" };
}

function holdPort(): Promise<{ port: number; release: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const place = server.address();
      if (place === null || typeof place === "string") return reject(new Error("the server has no port"));
      resolve({ port: place.port, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
