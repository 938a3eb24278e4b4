import type { JsonObject } from "./mlflowServer.ts";

/**
 * The pages of a list that MLflow gives in parts, one after the other.
 *
 * @param ask asks for one page; what it is given goes into the question
 */
export async function* pagesOf<Page>(
  ask: (next: { page_token?: string }) => Promise<JsonObject>,
): AsyncGenerator<Page> {
  let token = "";
  do {
    const page = await ask(token === "" ? {} : { page_token: token });
    yield page as Page;
    token = String(page.next_page_token ?? "");
  } while (token !== "");
}
