import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import type { Connection } from "../wire/connection.ts";

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
