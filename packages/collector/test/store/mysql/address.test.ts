import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, describe, expect, test } from "vitest";
import { driverOptions } from "../../../src/store/mysql/address.js";

const base = "mysql://one@db.example:3307/numbers";
const folder = mkdtempSync(join(tmpdir(), "isotherm-address-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const [authority = ""] = rootCertificates;
const ca = file("ca.pem", authority);

describe("an address of MySQL", () => {
  test("without a word of TLS stays as it is, whichever of the two servers it names", () => {
    expect(driverOptions(`${base}?timezone=Z`)).toEqual({ uri: `${base}?timezone=Z` });
    expect(driverOptions(base.replace("mysql:", "mariadb:"))).toEqual({ uri: base });
    expect(driverOptions(`${base}?ssl-mode=disabled&timezone=Z`)).toEqual({ uri: `${base}?timezone=Z` });
  });

  test.each([
    ["ssl-mode=REQUIRED", { rejectUnauthorized: false, verifyIdentity: false }],
    [`ssl-mode=verify_ca&ssl-ca=${ca}`, { ca: authority, rejectUnauthorized: true, verifyIdentity: false }],
    [`ssl-ca=${ca}`, { ca: authority, rejectUnauthorized: true, verifyIdentity: false }],
    ["ssl-mode=VERIFY_IDENTITY", { rejectUnauthorized: true, verifyIdentity: true }],
  ])("with %s looks at what it says", (query, ssl) => {
    expect(driverOptions(`${base}?${query}`)).toEqual({ uri: base, ssl });
  });

  test.each([
    ["ssl-mode=PREFERRED", "has to be DISABLED"],
    ["ssl-mode=on", "has to be DISABLED"],
    ["ssl-mode=", "is empty"],
    ["ssl-mode=DISABLED&ssl-mode=VERIFY_IDENTITY", "said twice"],
    [`ssl-mode=DISABLED&ssl-ca=${ca}`, "looks at no ssl-ca"],
    [`ssl-mode=REQUIRED&ssl-ca=${ca}`, "looks at no ssl-ca"],
    ["ssl-mode=VERIFY_CA", "wants an ssl-ca"],
    [`ssl-mode=VERIFY_CA&ssl-ca=${file("empty.pem", "")}`, "no certificate in PEM"],
    [`ssl-mode=REQUIRED&ssl-cert=${ca}`, "come together"],
    // The driver's own, which looks at no name.
    ['ssl={"rejectUnauthorized":true}', "not understood"],
    ["ssl=true", "not understood"],
    ["sslaccept=strict", "not understood"],
    ["requireSSL=true", "not understood"],
    ["verifyServerCertificate=true", "not understood"],
    ["timezone=Z;ssl-mode=REQUIRED", "have & between them"],
    ["timezone=Z+ssl-mode=REQUIRED", "have & between them"],
    ["timezone=Z#&ssl-mode=REQUIRED", "%23"],
  ])("with %s is not followed", (query, says) => {
    expect(() => driverOptions(`${base}?${query}`)).toThrow(says);
  });

  test.each(["10.0.0.7", "%31%30.0.0.7", "[fd00::7]"])("of %s proves no name", (host) => {
    expect(() => driverOptions(`mysql://one@${host}/numbers?ssl-mode=VERIFY_IDENTITY`)).toThrow("not its number");
  });
});
