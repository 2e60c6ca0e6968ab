import { describe, expect, test } from "vitest";
import { theServer } from "../../servers/databases.js";
import { opening } from "../../servers/opening.js";

const kind = theServer();

describe(`a server that lets nobody in (${kind.name})`, () => {
  test("is told from one that is away", async () => {
    const place = await opening();
    const changed = (change: (url: URL) => void): string => {
      const url = new URL(place.url);
      change(url);
      return url.href;
    };
    const codes: { readonly [fault: string]: unknown } = Object.fromEntries(
      await Promise.all(
        Object.entries({
          user: changed((url) => {
            url.username = "nobody_of_this_name";
          }),
          database: changed((url) => {
            url.pathname = "/none_of_this_name";
          }),
          address: `${kind.name}://root@127.0.0.1:99999/none`,
          // MariaDB's driver decodes the password, and finds that it is no encoding of one; PostgreSQL's takes it as it is.
          password: `${kind.name}://root:50%off@127.0.0.1:1/none`,
          away: `${kind.name}://root@127.0.0.1:1/none`,
        }).map(async ([fault, url]) => {
          const store = place.open({ url, threads: false });
          const code = await store.migrate().catch((error: { readonly code?: string }) => error.code);
          return [fault, code];
        }),
      ),
    );
    expect(codes).toEqual({
      ...{ user: "store_refused", database: "store_refused", address: "store_refused" },
      password: kind.name === "mysql" ? "store_refused" : "store_unavailable",
      away: "store_unavailable",
    });
  });
});
