import type { Store } from "../store.ts";
import type { Fields } from "./fields.ts";

/** What one endpoint does: takes the request's fields and gives what goes back as JSON. */
export type Call = (store: Store, fields: Fields) => object;

/** Endpoints by method and path below `/api/2.0/mlflow/`: `POST runs/create`. */
export type Calls = Readonly<Record<string, Call>>;
