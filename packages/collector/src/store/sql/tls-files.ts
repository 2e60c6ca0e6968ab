import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { UnfitAddress } from "./unfit-address.js";

/** Where certificates lie, in PEM. */
export interface TlsPaths {
  /** Of whoever vouches for the server. */
  readonly ca?: string | undefined;
  /** What shows who asks, with its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

const certificates = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/**
 * Reads them as Node's TLS takes them. Throws `UnfitAddress` where a file holds none, and what reading it throws: with
 * authorities that it cannot read, Node would go by the public ones (https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions),
 * and without the key nobody would learn who asks.
 */
export function readTlsFiles({ ca, cert, key }: TlsPaths): { readonly [field in keyof TlsPaths]?: string } {
  if ((cert === undefined) !== (key === undefined))
    throw new UnfitAddress("a certificate that shows who asks, and its key, come together");
  const read = {
    ...(ca !== undefined && { ca: authorities(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert, "utf8") }),
    ...(key !== undefined && { key: readFileSync(key, "utf8") }),
  };
  createSecureContext(read);
  return read;
}

function authorities(path: string): string {
  const text = readFileSync(path, "utf8");
  const found = text.match(certificates) ?? [];
  try {
    for (const certificate of found) new X509Certificate(certificate);
  } catch (cause) {
    throw new UnfitAddress(`${path} holds a certificate that cannot be read`, { cause });
  }
  if (found.length === 0) throw new UnfitAddress(`${path} holds no certificate in PEM`);
  return text;
}
