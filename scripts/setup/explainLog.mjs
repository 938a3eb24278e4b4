import { installCommand } from "./checks.mjs";
import { SetupFailure } from "./failure.mjs";

const CAUSES = [
  {
    sign: /ENOSPC|No space left on device/i,
    sentence: (step) => `${step} ran out of disk.`,
    todo: () => "df -h . ~ /tmp",
  },
  // Before the network: node-gyp compiles where a ready build could not be fetched.
  {
    sign: /gyp ERR! find Python/,
    sentence: (step) => `${step} needs Python to compile a package, and found none.`,
    todo: (_, world) => installCommand(world, "python"),
  },
  {
    sign: /not found: make/,
    sentence: (step) => `${step} needs make to compile a package, and found none.`,
    todo: (_, world) => installCommand(world, "compiler"),
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|name resolution|NewConnectionError|Name or service not known|Read timed out|ProxyError/i,
    sentence: (step) => `${step} could not reach the network.`,
    todo: (todo) => todo,
  },
  {
    sign: /EACCES|Permission denied/,
    sentence: (step) => `${step} may not write where it has to.`,
    todo: () => 'sudo chown -R "$(id -un)" .',
  },
];

/**
 * Reads the end of a failed command's output for a cause that the reader can mend.
 *
 * @param {string} step    what was running, e.g. `npm ci`
 * @param {string} output  its output
 * @param {object} options
 * @param {string} options.log   the file with the whole output
 * @param {string} options.todo  the command that tries again
 * @param {import("./world.mjs").World} options.world
 * @returns {SetupFailure}
 */
export function explainLog(step, output, { log, todo, world }) {
  const cause = CAUSES.find(({ sign }) => sign.test(output));
  const tail = output.trimEnd().split("\n").slice(-8).join("\n    ");
  const sentence = cause ? cause.sentence(step) : `${step} failed.`;
  return new SetupFailure(
    `${sentence} Its log is ${log} and ends with\n    ${tail}\n`,
    cause ? cause.todo(todo, world) : todo,
  );
}
