import { readFileSync } from "node:fs";
import { protocolVersion } from "../wire/message.ts";

/** TypeScript's version as package.json pins it; the compiler itself is not loaded here, it is slow to load. */
const { version, dependencies }: { version: string; dependencies: Record<string, string> } = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
);

/**
 * The content of a `kernel_info_reply`.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info
 */
export function kernelInfo(): Record<string, unknown> {
  const { typescript } = dependencies;
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "sulam",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `sulam ${version}: TypeScript ${typescript} on Node ${process.versions.node}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest/api/" },
    ],
    // neither a debugger nor subshells
    supported_features: [],
    debugger: false,
  };
}
