import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";

/** By name, as a YAML file or the options gave them. */
export type Parameters = Record<string, unknown>;

/** The flags that take a name and a value, as papermill's do. */
const pairFlags: Record<string, string> = {
  "-p": "--parameters",
  "--parameters": "--parameters",
  "-r": "--parameters-raw",
  "--parameters-raw": "--parameters-raw",
};

/**
 * Gives a command papermill's options for parameters. commander knows no option of two values, so the two become one
 * before it sees them; that also lets a value begin with `-`.
 */
export function parameterOptions(command: Command): Command {
  const parse = command.parseOptions.bind(command);
  command.parseOptions = (args) => parse(joinPairs(args, command));
  const collect = (value: string, before: string[]): string[] => [...before, value];
  return command
    .option("-p, --parameters <NAME VALUE>", "a parameter: True, None and numbers are read as such", collect, [])
    .option("-r, --parameters-raw <NAME VALUE>", "a parameter that stays a text", collect, [])
    .option("-y, --parameters-yaml <YAML>", "parameters as a YAML or JSON mapping", collect, [])
    .option("--params <FILE>", "parameters from a YAML or JSON file", collect, []);
}

/** What the options of `parameterOptions` hold. */
export interface ParameterValues {
  parameters: string[];
  parametersRaw: string[];
  parametersYaml: string[];
  params: string[];
}

/**
 * The parameters that the options mean; of one name the last wins, in papermill's order: files, YAML, `-p`, `-r`.
 *
 * @throws {InputError} a file or text that is no mapping
 */
export async function readParameters(options: ParameterValues): Promise<Parameters> {
  const { parameters, parametersRaw, parametersYaml, params } = options;
  const found: Parameters = {};
  if (params.length + parametersYaml.length > 0) {
    const { readYaml } = await import("../config/readYaml.ts");
    const take = (text: string, who: string): void => {
      const { value } = readYaml(text, who);
      if (typeof value !== "object" || value === null || Array.isArray(value))
        throw new InputError(who, "a mapping of names to values is wanted", "Write it as: k: 5");
      Object.assign(found, value);
    };
    for (const file of params) take(readFileSync(file, "utf8"), file);
    for (const text of parametersYaml) take(text, "-y");
  }
  const pairs = (texts: string[]): [string, string][] => texts.map((text) => JSON.parse(text));
  for (const [name, value] of pairs(parameters)) found[name] = resolved(value, name);
  for (const [name, value] of pairs(parametersRaw)) found[name] = value;
  return found;
}

function joinPairs(args: string[], command: Command): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const flag = Object.hasOwn(pairFlags, args[i]) ? pairFlags[args[i]] : undefined;
    if (args[i] === "--") return [...joined, ...args.slice(i)];
    if (flag === undefined) joined.push(args[i]);
    else {
      if (i + 2 >= args.length) command.error(`error: ${args[i]} wants a name and a value`);
      joined.push(`${flag}=${JSON.stringify(args.slice(i + 1, i + 3))}`);
      i += 2;
    }
  }
  return joined;
}

const constants: Parameters = { True: true, False: false, None: null, true: true, false: false, null: null };

/** As papermill reads `-p`, and JSON's words too. @throws {InputError} an integer that a number would change */
function resolved(value: string, name: string): unknown {
  if (Object.hasOwn(constants, value)) return constants[value];
  const plain = value.trim().replace(/(?<=\d)_(?=\d)/g, "");
  if (/^[-+]?(inf|infinity|nan)$/i.test(plain)) {
    if (/nan/i.test(plain)) return Number.NaN;
    return plain.startsWith("-") ? -Infinity : Infinity;
  }
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return value;
  const number = Number(plain);
  if (/^[-+]?\d+$/.test(plain) && !Number.isSafeInteger(number))
    throw new InputError(`-p ${name}`, `${value} is more than a number holds exactly`, `Give it as text: -r ${name}`);
  return number;
}
