import { after, before, beforeEach } from "node:test";
import { type ApiServer, startApi } from "./apiServer.ts";

/** A server for the tests of a file: closed at the end, and as new before each test. */
export function useApi(): { readonly server: ApiServer } {
  const api = {} as { server: ApiServer };
  before(async () => {
    api.server = await startApi();
  });
  after(() => api.server.close());
  beforeEach(() => {
    api.server.seen = [];
    api.server.queue = [];
  });
  return api;
}
