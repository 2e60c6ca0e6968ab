import { dirname } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { filesOf } from "../../../servers/certificates.js";
import { theServer } from "../../../servers/databases.js";
import { type Opening, opening } from "../../../servers/opening.js";
import { overNetwork, saidOf, verified, type Words } from "../../../servers/over-network.js";
import { type Pose, posing } from "../../../servers/posing.js";
import { serverQuery } from "../../../servers/query.js";

const { server } = theServer();
const { tls } = inject("server");

describe.skipIf(tls === null)("what MySQL's clients say of TLS", () => {
  const { ca = "", password } = tls ?? {};
  const asked = (place: Opening, words: Words, user?: string): Promise<string | null> =>
    saidOf(place, overNetwork(place, words, user));
  /** With the file for what stands for it in the names of tests. */
  const found = (words: Words): Words => ({ ...words, ...("ssl-ca" in words && { "ssl-ca": ca }) });

  test("lets the server be anybody, or have any name, where it says so", async () => {
    const place = await opening();
    const enough: readonly Words[] = [
      { "ssl-mode": "REQUIRED" },
      { "ssl-mode": "verify_ca", "ssl-ca": ca },
      { "ssl-ca": ca },
    ];
    for (const words of enough) expect(await asked(place, words)).toBeNull();
    expect(await asked(place, { "ssl-mode": "DISABLED" })).toMatch(/^store_refused: .*denied/);
  });

  test.each<readonly [Words, Pose, boolean]>([
    [{ "ssl-mode": "REQUIRED" }, "stranger", true],
    [{ "ssl-mode": "VERIFY_CA", "ssl-ca": "here" }, "elsewhere", true],
    [{ "ssl-mode": "VERIFY_CA", "ssl-ca": "here" }, "stranger", false],
    [{ "ssl-ca": "here" }, "elsewhere", true],
    [{ "ssl-ca": "here" }, "stranger", false],
    [{ "ssl-mode": "VERIFY_IDENTITY", "ssl-ca": "here" }, "localhost", true],
  ])("with %j tells its name and password to %s: %s", async (words, pose, isTold) => {
    const said = await saidOf(await opening(), await posing("mysql", dirname(ca), pose, found(words)), true);
    // Who is told goes away then.
    expect(said).toMatch(isTold ? /^store_unavailable: / : /^store_refused: .*self-signed certificate/);
  });

  test("shows who asks", async () => {
    const place = await opening();
    const user = "shown@'127.0.0.1'";
    await serverQuery(server, `GRANT ALL ON *.* TO ${user} IDENTIFIED BY '${password}' REQUIRE X509`);
    onTestFinished(async () => void (await serverQuery(server, `DROP USER ${user}`)));
    const { cert, key } = filesOf(dirname(ca), "localhost");
    expect(await asked(place, verified(ca), "shown")).toMatch(/^store_refused: .*denied/);
    const shown = { ...verified(ca), "ssl-cert": cert, "ssl-key": key };
    expect(await asked(place, shown, "shown")).toBeNull();
  });
});
