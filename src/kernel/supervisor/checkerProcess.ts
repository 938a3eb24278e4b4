import { type ChildProcess, fork } from "node:child_process";
import type { CheckerReply, CheckerRequest } from "../checkerMessages.ts";
import type { ChildProgram } from "./childProgram.ts";

type WithoutId<Request> = Request extends unknown ? Omit<Request, "id"> : never;

/** A request to the checker, before it has its id. */
export type CheckerQuestion = WithoutId<CheckerRequest>;

/** The checker process died, hung, or could not answer. */
export class CheckerFailure extends Error {
  /** False when the process lives and only refused this one question. */
  readonly isGone: boolean;

  constructor(message: string, isGone: boolean) {
    super(message);
    this.name = "CheckerFailure";
    this.isGone = isGone;
  }
}

/** One checker process; it takes one question at a time. */
export class CheckerProcess {
  private readonly child: ChildProcess;
  private gone: string | undefined;
  private hasAnswered = false;
  private isUnwanted = false;
  private id = 0;
  private asked: { id: number; answer: (reply: CheckerReply) => void; fail: (error: Error) => void } | undefined;

  constructor({ file, execArgv, env }: ChildProgram) {
    this.child = fork(file, [], { execArgv, env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.child.on("message", (reply: CheckerReply) => {
      this.hasAnswered = true;
      if (reply.id === this.asked?.id) this.asked.answer(reply);
    });
    this.child.on("error", (error) => this.lose(error.message));
    this.child.on("exit", (code, signal) => this.lose(`the type checker ended with ${signal ?? `exit code ${code}`}`));
  }

  /** Whether it was gone, or hung, before its first answer, and was not killed from here: its program is no good. */
  get hasFailedToStart(): boolean {
    return this.gone !== undefined && !this.hasAnswered && !this.isUnwanted;
  }

  /**
   * @param limit milliseconds after which the process counts as hung and is killed
   * @throws {CheckerFailure}
   */
  async ask(question: CheckerQuestion, limit: number): Promise<unknown> {
    if (this.gone !== undefined) throw new CheckerFailure(this.gone, true);
    const id = ++this.id;
    const reply = await new Promise<CheckerReply>((answer, fail) => {
      this.asked = { id, answer, fail };
      const timer = setTimeout(() => {
        this.lose(`the type checker did not answer for ${limit / 1000} s`);
        this.kill();
      }, limit);
      this.asked.answer = (given) => {
        clearTimeout(timer);
        answer(given);
      };
      this.asked.fail = (error) => {
        clearTimeout(timer);
        fail(error);
      };
      this.child.send({ id, ...question }, (error) => {
        if (error) this.lose(error.message);
      });
    });
    this.asked = undefined;
    if ("error" in reply) throw new CheckerFailure(reply.error, false);
    return reply.result;
  }

  kill(): void {
    if (this.gone === undefined) this.isUnwanted = true;
    this.child.kill("SIGKILL");
  }

  private lose(why: string): void {
    this.gone ??= why;
    this.asked?.fail(new CheckerFailure(this.gone, true));
    this.asked = undefined;
  }
}
