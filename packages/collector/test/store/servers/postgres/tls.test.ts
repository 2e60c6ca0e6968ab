import { dirname } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { opening } from "../../../servers/opening.js";
import { overNetwork, saidOf, verified, type Words } from "../../../servers/over-network.js";
import { type Pose, posing } from "../../../servers/posing.js";

const { tls } = inject("server");

describe.skipIf(tls === null)("what PostgreSQL's clients say of TLS", () => {
  const { ca = "" } = tls ?? {};

  test("lets the server be anybody, or have any name, where it says so", async () => {
    const place = await opening();
    const enough: readonly Words[] = [
      { sslmode: "require" },
      { sslmode: "require", sslrootcert: ca },
      { sslmode: "verify-ca", sslrootcert: ca },
    ];
    for (const words of enough) expect(await saidOf(place, overNetwork(place, words))).toBeNull();
    expect(await saidOf(place, overNetwork(place, { sslmode: "disable" }))).toMatch(/^store_refused: .*no encryption/);
  });

  test.each<readonly [Words, Pose, boolean]>([
    [{ sslmode: "require" }, "stranger", true],
    [{ sslmode: "require", sslrootcert: "here" }, "elsewhere", true],
    [{ sslmode: "require", sslrootcert: "here" }, "stranger", false],
    [{ sslmode: "verify-ca", sslrootcert: "here" }, "elsewhere", true],
    [{ sslmode: "verify-ca", sslrootcert: "here" }, "stranger", false],
    [{ sslmode: "require", channel_binding: "require" }, "stranger", false],
    [{ sslmode: "verify-full", sslrootcert: "here" }, "localhost", true],
  ])("with %j tells its name and password to %s: %s", async (words, pose, isTold) => {
    const found = { ...words, ...("sslrootcert" in words && { sslrootcert: ca }) };
    const said = await saidOf(await opening(), await posing("postgres", dirname(ca), pose, found), true);
    // Who is told goes away then.
    expect(said).toMatch(isTold ? /^store_unavailable: / : /^store_refused: .*self-signed certificate/);
  });

  test("has a number compared as a number", async () => {
    const url = (await posing("postgres", dirname(ca), "localhost", verified(ca))).replace("localhost", "127.0.0.1");
    expect(await saidOf(await opening(), url, true)).toMatch(/^store_refused: .*does not match certificate/);
  });

  test("is followed in the address of a replica too, before anything starts", async () => {
    const place = await opening();
    const url = overNetwork(place, verified(ca));
    const refused = place.open({ url, readUrl: `${url}&sslmode=disable`, threads: false }).migrate();
    await expect(refused).rejects.toMatchObject({ code: "store_refused", message: expect.stringContaining("readUrl") });
  });
});
