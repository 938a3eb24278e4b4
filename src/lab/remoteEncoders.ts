import type { EndpointSystem, Experiment } from "../config/experiment.ts";
import { embedTexts } from "../remote/embedTexts.ts";
import { Endpoint } from "../remote/endpoint.ts";
import type { Encoder } from "../search/encoder.ts";
import { rememberTexts } from "../search/rememberTexts.ts";
import type { Run } from "../track/run.ts";

/** The APIs among an experiment's systems, all of which are opened at once: a key that is missing is told early. */
export class RemoteEncoders {
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly encoders = new Map<string, Encoder>();

  /**
   * @param cacheDir folder of answers
   * @throws {InputError} an address or key that cannot be used
   */
  constructor(systems: Experiment["systems"], cacheDir: string) {
    for (const [name, system] of Object.entries(systems))
      if (system.kind === "endpoint") this.endpoints.set(name, new Endpoint(settingsOf(system), { cacheDir }));
  }

  /** The encoder of a system of kind endpoint. @param engine where its vectors are compared */
  encoder(name: string, engine: Encoder["engine"]): Encoder {
    const endpoint = this.endpoints.get(name) as Endpoint;
    const encode: Encoder["encode"] = (texts, options) => embedTexts(endpoint, texts, options);
    const made = this.encoders.get(name) ?? rememberTexts({ engine, encode });
    this.encoders.set(name, made);
    return made;
  }

  /**
   * What each API came to: metrics `NAME/tokens` and `NAME/dollars` (where a price is known) as without a cache, so that
   * a repeated run has the same; what was sent this time in the file `endpoints/NAME.json`.
   */
  record(run: Run): void {
    for (const [name, endpoint] of this.endpoints) {
      const report = endpoint.report();
      const { tokens, cachedTokens, dollarsInAll } = report;
      const dollars = dollarsInAll === null ? {} : { [`${name}/dollars`]: dollarsInAll };
      run.metrics({ [`${name}/tokens`]: tokens.input + cachedTokens.input, ...dollars });
      run.text(`endpoints/${name}.json`, `${JSON.stringify(report, null, 2)}\n`);
    }
  }
}

function settingsOf({ kind: _, dollarsPerMillionTokens: input, ...rest }: EndpointSystem): Endpoint["settings"] {
  return { ...rest, dollarsPerMillionTokens: input === undefined ? undefined : { input } };
}
