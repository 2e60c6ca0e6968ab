import { dirname } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { theServer } from "../../../servers/databases.js";
import { type Opening, opening } from "../../../servers/opening.js";
import { overNetwork, saidOf, verified, type Words } from "../../../servers/over-network.js";
import { serverQuery } from "../../../servers/query.js";

const { server } = theServer();
const { tls } = inject("server");

describe.skipIf(tls === null)("what MySQL's clients say of TLS", () => {
  const { ca = "", password } = tls ?? {};
  const asked = (place: Opening, words: Words, user?: string): Promise<string | null> =>
    saidOf(place, overNetwork(place, words, user));

  test("lets the server be anybody, or have any name, where it says so", async () => {
    const place = await opening();
    const enough: readonly Words[] = [
      { "ssl-mode": "REQUIRED" },
      { "ssl-mode": "verify_ca", "ssl-ca": ca },
      { "ssl-ca": ca },
    ];
    for (const words of enough) expect(await asked(place, words)).toBeNull();
    expect(await asked(place, { "ssl-mode": "VERIFY_CA" })).toMatch(/^store_refused: .*certificate/);
    expect(await asked(place, { "ssl-mode": "DISABLED" })).toMatch(/^store_refused: .*denied/);
  });

  test("is refused where it says nothing, or would go on without", async () => {
    const place = await opening();
    for (const mode of ["PREFERRED", "on", ""])
      expect(await asked(place, { "ssl-mode": mode })).toMatch(
        /^store_refused: .*ssl-mode is DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY/,
      );
  });

  test("shows who asks", async () => {
    const place = await opening();
    const user = "shown@'127.0.0.1'";
    await serverQuery(server, `GRANT ALL ON *.* TO ${user} IDENTIFIED BY '${password}' REQUIRE X509`);
    onTestFinished(async () => void (await serverQuery(server, `DROP USER ${user}`)));
    const own = `${dirname(ca)}/localhost`;
    expect(await asked(place, verified(ca), "shown")).toMatch(/^store_refused: .*denied/);
    const shown = { ...verified(ca), "ssl-cert": `${own}.pem`, "ssl-key": `${own}.key` };
    expect(await asked(place, shown, "shown")).toBeNull();
  });
});
