import { InvalidArgumentError } from "commander";

/** An option's value as whole numbers from 1. @throws {InvalidArgumentError} which commander words for the user */
export function cutoffs(text: string): number[] {
  if (!/^[1-9]\d*(,[1-9]\d*)*$/.test(text)) throw new InvalidArgumentError("It must be whole numbers, such as 1,5,10.");
  return text.split(",").map(Number);
}
