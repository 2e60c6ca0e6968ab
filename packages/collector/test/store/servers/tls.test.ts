import { dirname } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { theServer } from "../../servers/databases.js";
import { opening } from "../../servers/opening.js";
import { overNetwork, saidOf, verified, type Words } from "../../servers/over-network.js";
import { posing } from "../../servers/posing.js";

const kind = theServer();
const { tls } = inject("server");
const isPostgres = kind.name === "postgres";

const cipher = isPostgres
  ? "SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
  : "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'";

describe.skipIf(tls === null)(`a server over TLS (${kind.name})`, () => {
  const { ca = "" } = tls ?? {};

  test("is asked over an encrypted line, and proves who it is", async () => {
    const place = await opening();
    const url = overNetwork(place, verified(ca));
    expect(await saidOf(place, url)).toBeNull();
    expect(place.connect(url).table<readonly [string]>(cipher)).toEqual([[expect.stringMatching(/^TLS_/)]]);
  });

  test("that nobody vouches for, or for another, is not taken for away", async () => {
    const nobody: Words = isPostgres ? { sslmode: "verify-full" } : { "ssl-mode": "VERIFY_IDENTITY" };
    const place = await opening();
    expect(await saidOf(place, overNetwork(place, nobody))).toMatch(/^store_refused: .*certificate/);
    for (const [who, says] of [
      ["elsewhere", "does not match certificate"],
      ["stranger", "self-signed certificate"],
    ] as const) {
      const url = await posing(kind.name, dirname(ca), who, verified(ca));
      expect(await saidOf(place, url, true)).toMatch(new RegExp(`^store_refused: .*${says}`));
    }
  });

  test("is away while its certificate is out of date", async () => {
    const url = await posing(kind.name, dirname(ca), "expired", verified(ca));
    expect(await saidOf(await opening(), url, true)).toMatch(/^store_unavailable: .*certificate has expired/);
  });

  test("is not asked where the address names a file that is not there, or is none", async () => {
    const place = await opening();
    for (const [file, says] of [
      [`${ca}.none`, "ENOENT"],
      [`${ca}/none`, "ENOTDIR"],
      [dirname(ca), "EISDIR"],
    ] as const)
      expect(await saidOf(place, overNetwork(place, verified(file)))).toMatch(
        new RegExp(`^store_refused: the database's address cannot be followed: .*${says}`),
      );
    const words = isPostgres ? { sslcert: ca, sslkey: ca } : { "ssl-cert": ca, "ssl-key": ca };
    expect(await saidOf(place, overNetwork(place, { ...verified(ca), ...words }))).toMatch(
      /^store_refused: .*followed/,
    );
  });

  test("that wants it lets nobody in without", async () => {
    const place = await opening();
    expect(await saidOf(place, overNetwork(place, {}))).toMatch(/^store_refused: .*(no encryption|denied)/);
  });
});

describe(`an address that would be less safe than it says (${kind.name})`, () => {
  // What else is not followed: ../postgres/address.test.ts and ../mysql/address.test.ts.
  const said = isPostgres ? ["sslmode=REQUIRE", "ssl=require"] : ["ssl-mode=PREFERRED", "ssl=true"];

  test.each(said)("%s is not followed", async (query) => {
    const place = await opening();
    expect(await saidOf(place, `${kind.name}://one@127.0.0.1:1/none?${query}`)).toMatch(/^store_refused: .*followed/);
  });
});

describe.skipIf(tls === null)(`a server that is no such one (${kind.name})`, () => {
  const { ca = "" } = tls ?? {};
  const asked: Words = isPostgres ? { sslmode: "verify-full" } : { "ssl-mode": "REQUIRED" };

  test("is not asked where it has no TLS and the address wants it", async () => {
    const url = await posing(kind.name, dirname(ca), "without", asked);
    expect(await saidOf(await opening(), url, true)).toMatch(
      /^store_refused: .*does not support (SSL|secure) connection/i,
    );
  });

  test("is away where it goes while TLS begins", async () => {
    const url = await posing(kind.name, dirname(ca), "gone", asked);
    expect(await saidOf(await opening(), url, true)).toMatch(/^store_unavailable: .*disconnected before secure TLS/);
  });
});
