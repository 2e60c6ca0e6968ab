import { describe, expect, onTestFinished, test } from "vitest";
import { databaseName } from "../../../servers/databases.js";
import { chunkOf, opening, openSite } from "../../../servers/opening.js";

describe("faults that are no record's (mysql)", () => {
  test("more connections than the user may have", async () => {
    const place = await opening();
    const connection = place.connect();
    const user = databaseName();
    connection.script(`CREATE USER ${user}@localhost IDENTIFIED BY 'word' WITH MAX_USER_CONNECTIONS 1`);
    onTestFinished(() => connection.script(`DROP USER ${user}@localhost`));
    connection.script(`GRANT ALL ON *.* TO ${user}@localhost`);
    connection.script(`REVOKE SUPER ON *.* FROM ${user}@localhost`);
    const limited = new URL(place.url);
    limited.username = user;
    limited.password = "word";
    const first = await openSite(place, { url: limited.href });
    const second = place.open({ url: limited.href });
    await expect(second.project(chunkOf(1))).rejects.toMatchObject({ code: "store_unavailable" });
    await first.close();
    expect(await second.project(chunkOf(1))).toMatchObject({ stored: 1 });
  });
});
