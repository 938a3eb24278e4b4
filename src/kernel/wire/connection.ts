import { readFileSync } from "node:fs";
import { InputError } from "../../base/errors.ts";

/** A Jupyter connection file: where a kernel listens and what signs its messages, by the file's own field names. */
export interface Connection {
  transport: "tcp" | "ipc";
  /** For tcp an address, for ipc the path's beginning. */
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  /** Empty when messages are not signed. */
  key: string;
  signature_scheme: string;
}

/**
 * Reads a connection file.
 *
 * @throws {InputError} when the file is missing, no JSON, or asks for something that this kernel does not speak
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
 */
export function readConnection(path: string): Connection {
  const todo = "Give the connection file that Jupyter wrote for this kernel.";
  let value: Partial<Connection>;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InputError(path, `no connection file could be read: ${(error as Error).message}`, todo, { cause: error });
  }
  const { transport = "tcp", ip = "127.0.0.1", key = "", signature_scheme = "hmac-sha256" } = value;
  const ports = (["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const).filter(
    (name) => !Number.isInteger(value[name]),
  );
  if (ports.length > 0) throw new InputError(path, `${ports.join(", ")} must be whole numbers`, todo);
  if (transport !== "tcp" && transport !== "ipc")
    throw new InputError(path, `transport must be tcp or ipc, got ${JSON.stringify(transport)}`, todo);
  if (key !== "" && signature_scheme !== "hmac-sha256")
    throw new InputError(path, `signature_scheme must be hmac-sha256, got ${signature_scheme}`, todo);
  return { ...(value as Connection), transport, ip, key, signature_scheme };
}

/** ZeroMQ's address of one of the connection's ports; over ipc a port is the number that ends a socket's path. */
export function endpoint({ transport, ip }: Connection, port: number): string {
  return transport === "ipc" ? `ipc://${ip}-${port}` : `tcp://${ip}:${port}`;
}
