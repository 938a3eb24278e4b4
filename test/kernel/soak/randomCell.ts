import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../../src/base/random.ts";

/** A cell and what the kernel must answer to it, worked out without running it. */
export interface ExpectedCell {
  code: string;
  status: "ok" | "error";
  /** Everything on standard output, to the byte. */
  stdout: string;
  /** `text/plain` of the value; absent when there is none. */
  value?: string;
  /** What the error must say. */
  error?: RegExp;
  /** The cell does not end by itself: it is interrupted once it has printed `stdout`. */
  interrupt?: true;
  /** What comes on this cell's account after it has ended. */
  late?: string;
}

/**
 * Random cells over a handful of names, with a model of what those names hold: declared, redeclared as another kind,
 * changed, read, thrown over, interrupted, imported again after the file changed.
 */
export class RandomCells {
  readonly #random: Random;
  readonly #folder: string;
  /** Names that hold a number; `let` ones can be assigned. */
  readonly #numbers = new Map<string, { kind: "let" | "const" | "function" | "class"; value: number }>();
  #made = 0;

  /** @param folder of the notebook: a module that cells import is written there */
  constructor(random: Random, folder: string) {
    this.#random = random;
    this.#folder = folder;
  }

  next(): ExpectedCell {
    const n = ++this.#made;
    const kinds = [
      () => this.#declare(n),
      () => this.#declare(n),
      () => this.#read(n),
      () => this.#assign(n),
      () => this.#throwing(n),
      () => this.#typeError(n),
      () => this.#syntaxError(n),
      () => this.#awaiting(n),
      () => this.#burst(n),
      () => this.#value(n),
      () => this.#imported(n),
      () => this.#late(n),
      () => this.#rejection(n),
      () => (this.#random.int(3) === 0 ? this.#interrupted(n) : this.#read(n)),
    ];
    return kinds[this.#random.int(kinds.length)]();
  }

  #name(): string {
    return `name${this.#random.int(8)}`;
  }

  #declare(n: number): ExpectedCell {
    const name = this.#name();
    const kind = (["let", "const", "function", "class"] as const)[this.#random.int(4)];
    this.#numbers.set(name, { kind, value: n });
    const code = {
      let: `let ${name}: number = ${n};`,
      const: `const ${name}: number = ${n};`,
      function: `function ${name}(): number { return ${n}; }`,
      class: `class ${name} { static readonly value: number = ${n}; }`,
    }[kind];
    return { code: `${code}\nconsole.log("declared ${n}");`, status: "ok", stdout: `declared ${n}\n` };
  }

  /** An expression for what a name holds. */
  #use(name: string): string {
    const { kind } = this.#numbers.get(name)!;
    return kind === "function" ? `${name}()` : kind === "class" ? `${name}.value` : name;
  }

  #read(n: number): ExpectedCell {
    const names = [...this.#numbers.keys()];
    const code = names.map((name) => `console.log("${name}", ${this.#use(name)});`).join("\n");
    const stdout = names.map((name) => `${name} ${this.#numbers.get(name)!.value}\n`).join("");
    return { code: `${code}\n// ${n}`, status: "ok", stdout };
  }

  #assign(n: number): ExpectedCell {
    const found = [...this.#numbers].find(([, { kind }]) => kind === "let");
    if (found === undefined) return this.#declare(n);
    const [name, held] = found;
    held.value += n;
    return { code: `${name} += ${n};\nconsole.log(${name});`, status: "ok", stdout: `${held.value}\n` };
  }

  #throwing(n: number): ExpectedCell {
    const name = this.#name();
    this.#numbers.set(name, { kind: "let", value: n });
    const code = `let ${name}: number = ${n};\nconsole.log("before ${n}");\nthrow new RangeError("thrown ${n}");`;
    return { code, status: "error", stdout: `before ${n}\n`, error: new RegExp(`RangeError.*thrown ${n}`, "s") };
  }

  #typeError(n: number): ExpectedCell {
    const code = `console.log("must not run");\nconst bad${n}: number = "text";`;
    return { code, status: "error", stdout: "", error: /not assignable to type 'number'/ };
  }

  #syntaxError(n: number): ExpectedCell {
    return { code: `console.log(${n});\nconst = ${n};`, status: "error", stdout: "", error: /Syntax/ };
  }

  #awaiting(n: number): ExpectedCell {
    const pause = `await new Promise<void>((resolve) => setTimeout(resolve, ${this.#random.int(15)}));`;
    const code = `for (let i = 0; i < 3; i++) { ${pause} console.log("awaited", ${n}, i); }`;
    return { code, status: "ok", stdout: [0, 1, 2].map((i) => `awaited ${n} ${i}\n`).join("") };
  }

  #burst(n: number): ExpectedCell {
    const lines = 1 + this.#random.int(4000);
    const code = `for (let i = 0; i < ${lines}; i++) console.log("line", ${n}, i);`;
    return { code, status: "ok", stdout: Array.from({ length: lines }, (_, i) => `line ${n} ${i}\n`).join("") };
  }

  #value(n: number): ExpectedCell {
    return { code: `[${n}, ${n} * 2];`, status: "ok", stdout: "", value: `[ ${n}, ${n * 2} ]` };
  }

  #imported(n: number): ExpectedCell {
    writeFileSync(join(this.#folder, "held.ts"), `export const held: number = ${n};\n`);
    const code = 'import { held } from "./held.ts";\nconsole.log("held", held);';
    return { code, status: "ok", stdout: `held ${n}\n` };
  }

  #late(n: number): ExpectedCell {
    const code = `setTimeout(() => console.log("late ${n}"), ${20 + this.#random.int(60)});\nconsole.log("soon ${n}");`;
    return { code, status: "ok", stdout: `soon ${n}\n`, late: `late ${n}\n` };
  }

  #rejection(n: number): ExpectedCell {
    const code = `console.log("lost ${n}");\nvoid Promise.reject(new Error("rejected ${n}"));\nawait new Promise<void>((r) => setTimeout(r, 30));`;
    return { code, status: "error", stdout: `lost ${n}\n`, error: new RegExp(`rejected ${n}`) };
  }

  #interrupted(n: number): ExpectedCell {
    const endless = [
      "while (true) {}",
      "await Promise.resolve();\nwhile (true) {}",
      "await new Promise<void>(() => {});",
      "while (true) await new Promise<void>((r) => setTimeout(r, 5));",
    ][this.#random.int(4)];
    const code = `console.log("endless ${n}");\n${endless}`;
    return { code, status: "error", stdout: `endless ${n}\n`, error: /[Ii]nterrupt/, interrupt: true };
  }
}
