import { execFileSync } from "node:child_process";
import { chownSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./server.js";

/** What a server shows to prove who it is, and what proves it. */
export interface Certificates {
  /** The file of whoever vouches for it. */
  readonly ca: string;
  readonly key: string;
  /** What it shows, for `localhost` at first. */
  readonly shown: string;
}

const names = { localhost: "localhost", elsewhere: "db.elsewhere.example" } as const;

/** Makes them in a folder, for a server of this account. */
export function makeCertificates(folder: string, { uid, gid }: Account): Certificates {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => void execFileSync("openssl", args, { stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "2", "-subj", "/CN=vouches");
  for (const [name, host] of Object.entries(names)) {
    openssl("req", ...key, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${host}`);
    writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:${host}\n`);
    const by = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2"];
    openssl("x509", "-req", "-in", at(`${name}.csr`), ...by, "-extfile", at(`${name}.ext`), "-out", at(`${name}.pem`));
  }
  show(folder, "localhost");
  const made = { ca: at("ca.pem"), key: at("shown.key"), shown: at("shown.pem") };
  if (uid !== undefined && gid !== undefined) for (const file of Object.values(made)) chownSync(file, uid, gid);
  return made;
}

/** Lets the server show what was made for this host, once it reads its files anew. */
export function show(folder: string, host: keyof typeof names): void {
  for (const kind of ["key", "pem"]) copyFileSync(join(folder, `${host}.${kind}`), join(folder, `shown.${kind}`));
}
