import { Publisher, Router } from "zeromq";
import { endpoint, readConnection } from "../../../src/kernel/wire/connection.ts";
import { decodeMessage, encodeMessage, type Message, newHeader } from "../../../src/kernel/wire/message.ts";

/**
 * A kernel for tests of clients: a cell's lines are commands to it.
 *   print TEXT · warn TEXT · show ID TEXT · update ID TEXT · clear · error NAME TEXT · die · hang · abort · noidle ·
 *   restart · ask PROMPT · forge TEXT (signed with another key) · late TEXT (after the idle)
 */
const connection = readConnection(process.argv[2]);
const shell = new Router();
const control = new Router();
const stdin = new Router();
const iopub = new Publisher({ sendHighWaterMark: 0 });
await shell.bind(endpoint(connection, connection.shell_port));
await control.bind(endpoint(connection, connection.control_port));
await stdin.bind(endpoint(connection, connection.stdin_port));
await iopub.bind(endpoint(connection, connection.iopub_port));

let count = 0;
// resolves at the next interrupt, also one that comes before the cell hangs
let interrupt: () => void = () => {};
const interrupted = new Promise<void>((resolve) => {
  interrupt = resolve;
});
type Content = Record<string, unknown>;

async function publish(parent: Message, type: string, content: Content): Promise<void> {
  const message = { ...parent, header: newHeader(type, "fake"), parentHeader: parent.header, content };
  await iopub.send(encodeMessage({ ...message, identities: [Buffer.from(type)] }, connection.key) as Buffer[]);
}

async function answer(socket: Router, parent: Message, content: Content): Promise<void> {
  const header = newHeader(parent.header.msg_type.replace("_request", "_reply"), "fake");
  const message = { ...parent, header, parentHeader: parent.header, content };
  await socket.send(encodeMessage(message, connection.key) as Buffer[]);
}

async function ask(request: Message, prompt: string): Promise<void> {
  if (request.content.allow_stdin !== true) return publish(request, "stream", { name: "stderr", text: "nobody\n" });
  const header = newHeader("input_request", "fake");
  const message = { ...request, header, parentHeader: request.header, content: { prompt, password: false } };
  await stdin.send(encodeMessage(message, connection.key) as Buffer[]);
  const reply = decodeMessage(await stdin.receive(), connection.key);
  await publish(request, "stream", { name: "stdout", text: `told ${reply?.content.value}\n` });
}

async function execute(request: Message): Promise<void> {
  count++;
  const code = String(request.content.code);
  let reply: Content = { status: "ok" };
  let hasIdle = true;
  const afterwards: string[] = [];
  const say = (name: string, text: string): Promise<void> => publish(request, "stream", { name, text });
  await publish(request, "execute_input", { code, execution_count: count });
  for (const line of code.split("\n")) {
    const [command, first = "", ...rest] = line.split(" ");
    const text = rest.join(" ");
    const shown = { data: { "text/plain": text }, metadata: {}, transient: { display_id: first } };
    if (command === "print" || command === "warn")
      await say(command === "print" ? "stdout" : "stderr", `${line.slice(command.length + 1)}\n`);
    else if (command === "show") await publish(request, "display_data", shown);
    else if (command === "update") await publish(request, "update_display_data", shown);
    else if (command === "clear") await publish(request, "clear_output", { wait: true });
    else if (command === "late") afterwards.push(`${first}\n`);
    else if (command === "ask") await ask(request, first);
    else if (command === "forge") {
      const forged = { ...request, header: newHeader("stream", "fake"), parentHeader: request.header };
      const content = { name: "stdout", text: first };
      await iopub.send(encodeMessage({ ...forged, content }, "another key") as Buffer[]);
    } else if (command === "abort") reply = { status: "aborted" };
    else if (command === "noidle") hasIdle = false;
    else if (command === "restart") await publish(request, "status", { execution_state: "restarting" });
    else if (command === "die") {
      console.error("my last words");
      process.exit(3);
    } else if (command === "hang" || command === "error") {
      const error = { ename: first, evalue: text, traceback: [`${first}: ${text}`] };
      if (command === "hang") {
        await interrupted;
        Object.assign(error, { ename: "KeyboardInterrupt", evalue: "stopped", traceback: ["stopped"] });
      }
      reply = { status: "error", ...error };
      await publish(request, "error", error);
    }
  }
  await answer(shell, request, { ...reply, execution_count: count });
  if (hasIdle) await publish(request, "status", { execution_state: "idle" });
  for (const text of afterwards) await say("stdout", text);
}

async function serve(socket: Router): Promise<void> {
  for await (const frames of socket) {
    const request = decodeMessage(frames, connection.key);
    if (request === undefined) continue;
    const { msg_type: type } = request.header;
    await publish(request, "status", { execution_state: "busy" });
    if (type === "execute_request") {
      await execute(request);
      continue;
    }
    if (type === "interrupt_request") interrupt();
    const info = { status: "ok", language_info: { name: "fake", version: "1" } };
    await answer(socket, request, type === "kernel_info_request" ? info : { status: "ok" });
    await publish(request, "status", { execution_state: "idle" });
    if (type === "shutdown_request") process.exit(0);
  }
}

// the tests' process may be killed
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 500);
await Promise.all([serve(shell), serve(control)]);
