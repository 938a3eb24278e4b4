import { InvalidArgumentError } from "commander";

/** An option's value as a number from 0. @throws {InvalidArgumentError} which commander words for the user */
export function numberFromZero(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number < Infinity))
    throw new InvalidArgumentError("It must be a number from 0.");
  return number;
}
