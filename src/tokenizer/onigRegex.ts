import type { Fields } from "./fields.ts";
import { foldedLetters } from "./foldedLetters.ts";

/** Classes whose meaning differs between Oniguruma and JavaScript, as the inside of a character class. */
const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be";
const POSIX: Record<string, string> = {
  alnum: "\\p{Alphabetic}\\p{Nd}",
  alpha: "\\p{Alphabetic}",
  ascii: "\\0-\\x7f",
  digit: "\\p{Nd}",
  lower: "\\p{Lowercase}",
  punct: "\\p{P}\\p{S}",
  space: "\\p{White_Space}",
  upper: "\\p{Uppercase}",
  word: WORD,
  xdigit: "0-9a-fA-F",
};
const SYNTAX = "^$\\.*+?()[]{}|/";

/**
 * An Oniguruma regular expression, the kind that `tokenizer.json` holds, as a global JavaScript one that matches the
 * same: `\s`, `\w`, `\d` and `\h` by their Unicode meaning, `(?i:...)` spelt out, possessive quantifiers and atomic
 * groups through look-ahead, POSIX classes.
 *
 * @throws {InputError} when it uses syntax that has no translation here
 * @see https://github.com/kkos/oniguruma/blob/master/doc/RE (Ruby syntax)
 */
export function onigRegex(source: string, part: Fields): RegExp {
  try {
    return new RegExp(new Translator(source).translate(), "gu");
  } catch (cause) {
    throw part.error(
      `\`${part.part}.pattern\` has a regular expression that is not supported (${(cause as Error).message}): ${source}`,
    );
  }
}

/** A recursive-descent translator; `at` is where it reads. */
class Translator {
  private readonly chars: readonly string[];
  private at = 0;
  private atoms = 0;

  constructor(source: string) {
    this.chars = [...source];
  }

  translate(): string {
    const out = this.alternatives(false);
    if (this.at < this.chars.length) throw new Error("unmatched )");
    return out;
  }

  private alternatives(ignoreCase: boolean): string {
    let out = "";
    let fold = ignoreCase;
    while (this.at < this.chars.length && this.chars[this.at] !== ")") {
      const flags = this.take(/^\(\?([im]*)(?:-([imx]*))?\)/);
      if (flags) {
        // Flags without a group of their own hold to the end of the enclosing group.
        if (flags[1].includes("i")) fold = true;
        if (flags[2]?.includes("i")) fold = false;
        if (flags[1].includes("m")) throw new Error("flag m");
      } else if (this.chars[this.at] === "|") {
        this.at++;
        out += "|";
      } else out += this.quantified(this.atom(fold));
    }
    return out;
  }

  private atom(fold: boolean): string {
    const char = this.chars[this.at++];
    if (char === "(") return this.group(fold);
    if (char === "[") return this.charClass(fold);
    if (char === "\\") return this.escape(fold);
    if (char === ".") return "[^\\n]";
    if (char === "^") return "(?<![^\\n])";
    if (char === "$") return "(?![^\\n])";
    return this.literal(char, fold);
  }

  private literal(char: string, fold: boolean): string {
    const variants = fold ? foldedLetters(char) : [char];
    const spelt = variants.map((variant) => (SYNTAX.includes(variant) ? `\\${variant}` : variant));
    return spelt.length === 1 ? spelt[0] : `[${spelt.join("")}]`;
  }

  private group(fold: boolean): string {
    const inside = (ignoreCase: boolean): string => {
      const out = this.alternatives(ignoreCase);
      if (this.chars[this.at++] !== ")") throw new Error("unmatched (");
      return out;
    };
    const look = this.take(/^\?(?:<?[=!]|:)/);
    if (look) return `(${look[0]}${inside(fold)})`;
    if (this.take(/^\?>/)) return this.atomic(inside(fold));
    const flags = this.take(/^\?(i?)(?:-(i?))?:/);
    if (flags) return `(?:${inside(flags[1] === "i" || (fold && flags[2] !== "i"))})`;
    if (this.chars[this.at] === "?") throw new Error(`(${this.chars.slice(this.at, this.at + 3).join("")}`);
    return `(?:${inside(fold)})`;
  }

  /** What cannot be given back once it matched: a look-ahead that captures, then the captured text. */
  private atomic(inside: string): string {
    const name = `atom${++this.atoms}`;
    return `(?=(?<${name}>${inside}))\\k<${name}>`;
  }

  private quantified(atom: string): string {
    const bounds = this.take(/^\{(\d*)(,?)(\d*)\}/);
    let out = atom;
    if (bounds && (bounds[1] !== "" || bounds[3] !== "")) {
      // Ruby's {n,m}+ is a repeated repetition, not a possessive one.
      out += `{${bounds[1] || "0"}${bounds[2]}${bounds[3]}}`;
      if (this.take(/^\?/)) out += "?";
    } else {
      const simple = this.take(/^[*+?]/);
      if (!simple) return out;
      out += simple[0];
      if (this.take(/^\+/)) out = this.atomic(out);
      else if (this.take(/^\?/)) out += "?";
    }
    return /^[*+?{]/.test(this.chars[this.at] ?? "") ? this.quantified(`(?:${out})`) : out;
  }

  private escape(fold: boolean): string {
    const shared = this.sharedEscape();
    if (shared !== undefined) return `[${shared}]`;
    const char = this.chars[this.at++];
    if (char === "A") return "(?<![^])";
    if (char === "z") return "(?![^])";
    if (char === "Z") return "(?=\\n?(?![^]))";
    if (char === "b" || char === "B") {
      const [before, after] = [`(?<=[${WORD}])`, `(?=[${WORD}])`];
      const [notBefore, notAfter] = [`(?<![${WORD}])`, `(?![${WORD}])`];
      return char === "b"
        ? `(?:${before}${notAfter}|${notBefore}${after})`
        : `(?:${before}${after}|${notBefore}${notAfter})`;
    }
    return this.literalEscape(char, fold);
  }

  private literalEscape(char: string, fold: boolean): string {
    if (char === undefined || /[\p{L}\p{N}]/u.test(char)) throw new Error(`\\${char}`);
    return this.literal(char, fold);
  }

  /** Escapes that mean the same in and out of a class, as the inside of a class; undefined when it is another one. */
  private sharedEscape(): string | undefined {
    const property = this.take(/^[pP]\{(\^?)([^}]*)\}/);
    if (property) return propertyClass(property[0][0] === "P", property[1] === "^", property[2]);
    const code = this.take(/^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|x\{([0-9a-fA-F]{1,6})\})/);
    if (code) return `\\u{${code[1] ?? code[2] ?? code[3]}}`;
    const simple = this.take(/^[nrtfvaesSwWdDhH]/);
    if (!simple) return undefined;
    switch (simple[0]) {
      case "s":
        return "\\p{White_Space}";
      case "S":
        return "\\P{White_Space}";
      case "d":
        return "\\p{Nd}";
      case "D":
        return "\\P{Nd}";
      case "w":
        return WORD;
      case "h":
        return "0-9a-fA-F";
      case "a":
        return "\\x07";
      case "e":
        return "\\x1b";
      case "W":
      case "H":
        throw new Error(`\\${simple[0]}`);
      default:
        return `\\${simple[0]}`;
    }
  }

  private charClass(fold: boolean): string {
    let out = this.take(/^\^/) ? "[^" : "[";
    for (let first = true; first || this.chars[this.at] !== "]"; first = false) {
      if (this.at >= this.chars.length) throw new Error("unmatched [");
      const posix = this.take(/^\[:(\^?)(\w+):\]/);
      if (posix) {
        if (posix[1] === "^" || POSIX[posix[2]] === undefined) throw new Error(posix[0]);
        out += POSIX[posix[2]];
      } else out += this.classMember(fold);
    }
    this.at++;
    return `${out}]`;
  }

  private classMember(fold: boolean): string {
    const char = this.chars[this.at++];
    if (char === "[") throw new Error("a class in a class");
    if (char === "&" && this.chars[this.at] === "&") throw new Error("&&");
    if (char === "-") return this.chars[this.at] === "]" || this.chars[this.at - 2] === "[" ? "\\-" : "-";
    const shared = char === "\\" ? this.sharedEscape() : undefined;
    if (shared !== undefined) return shared;
    const literal = char === "\\" ? this.chars[this.at++] : char;
    if (char === "\\" && (literal === undefined || /[\p{L}\p{N}]/u.test(literal))) throw new Error(`\\${literal}`);
    const inRange = this.chars[this.at] === "-" || this.chars[this.at - 2] === "-";
    if (fold && inRange && /\p{L}/u.test(literal)) throw new Error("a range of letters under (?i)");
    const variants = fold ? foldedLetters(literal) : [literal];
    return variants.map((variant) => (`${SYNTAX}-`.includes(variant) ? `\\${variant}` : variant)).join("");
  }

  /** Reads what `pattern` matches here, if it does. */
  private take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.chars.slice(this.at, this.at + 40).join(""));
    if (!found) return undefined;
    this.at += [...found[0]].length;
    return found;
  }
}

/** `\p{...}`: a general category, a binary property, or a script, which JavaScript wants to be called so. */
function propertyClass(negated: boolean, hat: boolean, name: string): string {
  const letter = negated !== hat ? "P" : "p";
  const posix = POSIX[name.toLowerCase()];
  if (posix !== undefined && letter === "p") return posix;
  for (const spelling of [name, `Script=${name}`]) {
    try {
      new RegExp(`\\p{${spelling}}`, "u");
      return `\\${letter}{${spelling}}`;
    } catch {
      // Not that one.
    }
  }
  throw new Error(`\\p{${name}}`);
}
