import { execFileSync } from "node:child_process";
import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./server.js";

/** Who stands in a certificate: the server by its name, as long ago, another one, and one whom nobody vouches for but itself. */
const hosts = {
  localhost: "localhost",
  expired: "localhost",
  elsewhere: "db.elsewhere.example",
  stranger: "localhost",
} as const;

/** Files of a certificate and its key, as `localhost.pem` and `localhost.key`. */
export const filesOf = (folder: string, name: keyof typeof hosts): { readonly cert: string; readonly key: string } => ({
  cert: join(folder, `${name}.pem`),
  key: join(folder, `${name}.key`),
});

/** Makes them in a folder, for a server of this account; gives the file of whoever vouches for all but the last. */
export function makeCertificates(folder: string, { uid, gid }: Account): string {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => void execFileSync("openssl", args, { stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const alone = (name: string, host: string): void =>
    openssl("req", "-x509", ...key, "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`), "-subj", `/CN=${host}`);
  alone("ca", "vouches");
  alone("stranger", hosts.stranger);
  for (const name of ["localhost", "expired", "elsewhere"] as const) {
    openssl("req", ...key, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${hosts[name]}`);
    writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:${hosts[name]}\n`);
    const by = [
      "-CA",
      at("ca.pem"),
      "-CAkey",
      at("ca.key"),
      "-CAcreateserial",
      "-days",
      name === "expired" ? "-1" : "2",
    ];
    openssl("x509", "-req", "-in", at(`${name}.csr`), ...by, "-extfile", at(`${name}.ext`), "-out", at(`${name}.pem`));
  }
  const shown = Object.values(filesOf(folder, "localhost"));
  if (uid !== undefined && gid !== undefined) for (const file of [at("ca.pem"), ...shown]) chownSync(file, uid, gid);
  return at("ca.pem");
}
