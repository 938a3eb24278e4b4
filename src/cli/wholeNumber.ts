import { InvalidArgumentError } from "commander";

/** An option's value as a whole number from 1. @throws {InvalidArgumentError} which commander words for the user */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(text);
}
