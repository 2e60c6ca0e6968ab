import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import pg from "pg";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { driverOptions } from "../../../src/store/postgres/address.js";

const base = "postgres://one@db.example:6543/numbers";
const folder = mkdtempSync(join(tmpdir(), "isotherm-address-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const [authority = ""] = rootCertificates;
const ca = file("ca.pem", `Of our own\n${authority}\n${rootCertificates[1]}`);
const anyName = {
  ca: expect.stringContaining(authority),
  rejectUnauthorized: true,
  checkServerIdentity: expect.any(Function),
};
const itsName = { rejectUnauthorized: true };

afterEach(() => vi.unstubAllEnvs());

describe("an address of PostgreSQL", () => {
  test("without a word of TLS stays as it is, and has none", () => {
    for (const address of [
      base,
      `${base}?application_name=a%20b&options=-c%20geqo%3Doff`,
      "postgres:///numbers?host=/run/pg",
    ])
      expect(driverOptions(address)).toEqual({ connectionString: address, ssl: false });
    expect(driverOptions(`${base}?sslmode=disable&fallback_application_name=x`)).toEqual({
      connectionString: `${base}?fallback_application_name=x`,
      ssl: false,
    });
  });

  test.each([
    ["sslmode=require", { rejectUnauthorized: false }],
    ["sslmode=no-verify", { rejectUnauthorized: false }],
    [`sslmode=require&sslrootcert=${ca}`, anyName],
    [`sslmode=verify-ca&sslrootcert=${ca}`, anyName],
    [`sslmode=verify-full&sslrootcert=${ca}`, { ...itsName, ca: expect.stringContaining(authority) }],
    [`sslrootcert=${ca}`, { ...itsName, ca: expect.stringContaining(authority) }],
    ["sslmode=verify-full", itsName],
    ["sslmode=verify-full&sslrootcert=system", itsName],
    ["ssl=true", itsName],
    ["ssl=0", false],
    // Neon's.
    ["sslmode=require&channel_binding=require", itsName],
    ["sslmode=require&channel_binding=prefer", { rejectUnauthorized: false }],
  ])("with %s looks at what it says", (query, ssl) => {
    expect(driverOptions(`${base}?${query}`)).toEqual({ connectionString: base, ssl });
  });

  test.each(["", "&sslnegotiation=direct"])("is followed by the driver to the letter (%s)", (more) => {
    const { ssl } = new pg.Client(driverOptions(`${base}?sslmode=verify-full&sslrootcert=${ca}${more}`)) as unknown as {
      readonly ssl: unknown;
    };
    expect(ssl).toEqual({ ...itsName, ca: expect.stringContaining(authority) });
  });

  test("tells the driver how TLS begins, and leaves what it says of other things byte for byte", () => {
    const others = "host=/run/a%20b&options=-c search_path=x%3Dy";
    expect(driverOptions(` ${base}?sslnegotiation=direct&${others}&sslmode=verify-full&gssencmode=disable\n`)).toEqual({
      connectionString: `${base}?${others}`,
      ssl: itsName,
      sslnegotiation: "direct",
    });
  });

  test.each([
    ["postgres://one:1?topsecret@db.example/numbers?sslmode=require", "%3F"],
    ["postgres://one:pass@db.example/numbers&sslmode=require", "follow a ?"],
    ["postgres://one:pass@db.example/numbers;ssl-mode=require", "follow a ?"],
    ["postgres://one:pass@db.example/numbers?topsecret ssl=1", "not understood"],
  ])("%s is not followed, and repeated by no message", (address, says) => {
    expect(() => driverOptions(address)).toThrow(says);
    expect(() => driverOptions(address)).not.toThrow("topsecret");
  });

  test("goes by PGSSLMODE where it says nothing itself", () => {
    vi.stubEnv("PGSSLMODE", "verify-full");
    expect(driverOptions(base).ssl).toEqual(itsName);
    expect(driverOptions(`${base}?sslmode=disable`).ssl).toBe(false);
    vi.stubEnv("PGSSLMODE", "require");
    expect(driverOptions("postgres:///numbers?host=/run/postgresql").ssl).toBe(false);
    vi.stubEnv("PGCHANNELBINDING", "require");
    expect(driverOptions(base).ssl).toEqual(itsName);
    vi.stubEnv("PGCHANNELBINDING", "");
    vi.stubEnv("PGSSLROOTCERT", ca);
    expect(driverOptions(base).ssl).toEqual(anyName);
    vi.stubEnv("PGSSLMODE", "");
    expect(driverOptions(base).ssl).toBe(false);
    for (const mode of ["REQUIRE", "verify_full", "prefer", "on"]) {
      vi.stubEnv("PGSSLMODE", mode);
      expect(() => driverOptions(base)).toThrow("has to be disable, require");
    }
  });

  test.each([
    ["sslmode=prefer", "has to be disable"],
    ["sslmode=allow", "has to be disable"],
    ["sslmode=REQUIRE", "has to be disable"],
    ["sslmode=", "is empty"],
    ["sslmode=verify-full&sslmode=disable", "said twice"],
    ["sslmode=verify-ca", "wants an sslrootcert"],
    ["sslmode=verify-ca&sslrootcert=system", "sslmode=verify-full alone"],
    [`sslmode=no-verify&sslrootcert=${ca}`, "looks at no sslrootcert"],
    [`sslmode=disable&sslrootcert=${ca}`, "without TLS"],
    ["channel_binding=require", "without TLS"],
    ["sslnegotiation=direct", "without TLS"],
    ["ssl=true&sslmode=disable", "one of the two"],
    ["ssl=require", "has to be true"],
    ["sslmode=require&channel_binding=required", "has to be disable or prefer"],
    ["sslmode=require&sslnegotiation=bogus", "has to be postgres or direct"],
    ["gssencmode=require", "has to be disable or prefer"],
    ["require_auth=scram-sha-256", "not understood"],
    [`sslmode=verify-full&sslcert=${ca}`, "come together"],
    ["SSLMODE=verify-full", "not understood"],
    ["requiressl=1", "not understood"],
    ["application_name=x&amp;sslmode=verify-full", "not understood"],
    ["trustServerCertificate=false", "not understood"],
    ["pgbouncer=true?sslmode=require", "have & between them"],
    ["application_name=x;sslmode=require", "have & between them"],
    ["application_name=team#1&sslmode=verify-full", "%23"],
    [`sslmode=verify-full&sslrootcert=${file("empty.pem", "")}`, "no certificate in PEM"],
    [`sslmode=verify-full&sslrootcert=${file("some.der", Buffer.from([48, 130, 4, 1]))}`, "no certificate in PEM"],
    [
      `sslmode=verify-full&sslrootcert=${file("cut.pem", `${authority.slice(0, 200)}\n-----END CERTIFICATE-----\n`)}`,
      "certificate that cannot be read",
    ],
  ])("with %s is not followed", (query, says) => {
    expect(() => driverOptions(`${base}?${query}`)).toThrow(says);
  });
});
