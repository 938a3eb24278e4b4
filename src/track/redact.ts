/** What stands in place of a secret. */
const MASK = "[secret]";

/** Shapes of well-known tokens: GitHub, Hugging Face, OpenAI and such, AWS, Slack, JSON web tokens, PEM keys. */
const TOKENS =
  /\b(?:gh[pousr]_|github_pat_|glpat-|npm_|hf_|sk-|xox[abprs]-|AKIA|ASIA|AIza)[\w-]{12,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

const NAMES = "password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization";

/** `name=value`, `name: value`, `"name": "value"`, `--name value`, where the name ends in a word for a secret. */
const ASSIGNMENTS = new RegExp(
  `((?:[\\w.-]*(?:${NAMES})["']?\\s*[=:]\\s*|--[\\w-]*(?:${NAMES})\\s+)["']?(?:bearer\\s+|basic\\s+)?)([^\\s"',;]{4,})`,
  "gi",
);

/** `https://user:password@host` */
const USERINFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/** The text with whatever looks like a password, token or key masked. Prefers a mask too many to a secret stored. */
export function redact(text: string): string {
  return text.replace(TOKENS, MASK).replace(USERINFO, `$1${MASK}@`).replace(ASSIGNMENTS, `$1${MASK}`);
}
