import { connect, type Socket } from "node:net";

/** Sends bytes as they are, without a client that tidies them, and gives all that comes back until the server closes. */
export function raw(url: string, text: string): Promise<string> {
  const socket = open(url);
  socket.write(text);
  return new Promise((resolve, reject) => {
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

/** A connection to a server. */
export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** The first line and the headers of a request that closes the connection. */
export function head(method: string, path: string, headers: Record<string, string> = {}): string {
  const all = { Host: "127.0.0.1", Connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** The status of an answer. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? Number.NaN);
}
