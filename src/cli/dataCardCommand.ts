import type { Command } from "commander";
import type { CardWords } from "../data/collect/refreshCard.ts";
import type { Terminal } from "./terminal.ts";
import { toJson } from "./toJson.ts";

interface Options extends CardWords {
  write: boolean;
  json: boolean;
}

/** `sulam data card`: what a dataset says about itself. */
export function dataCardCommand(data: Command, terminal: Terminal): void {
  const command = data
    .command("card")
    .description("print a dataset's card, or count its rows, languages and lengths anew and rewrite it")
    .argument("DATASET", "a folder with card.json, a card, a data file, or a registered name (malay-mini)")
    .option("--write", "count anew and rewrite card.json, with the words below where given", false)
    .option("--name <NAME>", "of the dataset")
    .option("--summary <TEXT>", "one sentence")
    .option("--licence <ID>", "SPDX identifier of the data's licence, or unknown")
    .option("--source <TEXT>", "where the data come from")
    .option("--json", "print the card as JSON", false)
    .addHelpText("after", "\nExample:\n  npx sulam data card datasets/mine --write --licence CC-BY-4.0")
    .action(async (dataset: string, { write, json, ...words }: Options) => {
      if (!write && Object.keys(words).length > 0)
        command.error(`error: --${Object.keys(words)[0]} needs --write`, { exitCode: 2 });
      const { refreshCard } = await import("../data/collect/refreshCard.ts");
      const { findDataset } = await import("../data/findDataset.ts");
      const { describeCard } = await import("../data/collect/describeCard.ts");
      const card = write ? await refreshCard(dataset, words) : (await findDataset(dataset)).card;
      await terminal.data(json ? toJson(card) : describeCard(card));
    });
}
