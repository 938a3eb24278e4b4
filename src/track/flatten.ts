/** What a param may be given as. Objects become one param per leaf, `loss.name`; lists become JSON. */
export type ParamValue =
  | string
  | number
  | boolean
  | null
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };

/**
 * Params as MLflow keeps them: flat, and strings. `{loss: {name: "infoNce", t: .02}}` becomes
 * `{"loss.name": "infoNce", "loss.t": "0.02"}`. What is undefined is left out.
 */
export function flatten(params: { readonly [key: string]: ParamValue | undefined }): Record<string, string> {
  const flat: [string, string][] = [];
  const walk = (value: ParamValue | undefined, path: string): void => {
    if (value === undefined) return;
    if (value !== null && typeof value === "object" && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
    else
      flat.push([
        path,
        typeof value === "string" ? value : Array.isArray(value) ? JSON.stringify(value) : String(value),
      ]);
  };
  walk(params as ParamValue, "");
  return Object.fromEntries(flat);
}
