import { fromBase64 } from "./base64.js";
import { checksOf } from "./check.js";
import { isMessageId, isTimestamp, message } from "./message.js";

/** One request, just received. */
export interface VerifyRequest {
  /** Reads a header by its lower-case name. */
  readonly headers: (name: string) => string | undefined;
  /** The body as it travelled, before it is inflated. */
  readonly body: Uint8Array | string;
  /** One, or two while rotating, as `whsec_…`, or as `whpk_…` for who signs with Ed25519: any of them will do. */
  readonly secrets: readonly string[];
  /** Clock, in ms since 1970. */
  readonly now: number;
}

/** What became of a signature. The reason is fit to be shown to the sender. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const toleranceSeconds = 300;

/** Checks the headers of Standard Webhooks 1.0. Rejects only where `secrets` is at fault, with `secret_invalid`. */
export async function verify({ headers, body, secrets, now }: VerifyRequest): Promise<Verdict> {
  const id = headers("webhook-id");
  const timestamp = headers("webhook-timestamp");
  const header = headers("webhook-signature");
  if (id === undefined || id === "") return refuse("webhook-id is missing");
  if (!isMessageId(id)) return refuse("webhook-id must be 1 to 256 printable characters without a full stop");
  if (timestamp === undefined || timestamp === "") return refuse("webhook-timestamp is missing");
  if (!isTimestamp(timestamp)) return refuse("webhook-timestamp must be whole seconds since 1970");
  if (header === undefined || header === "") return refuse("webhook-signature is missing");
  const age = Math.floor(now / 1000) - Number(timestamp);
  if (age > toleranceSeconds) return refuse(`webhook-timestamp is more than ${toleranceSeconds} seconds ago`);
  if (age < -toleranceSeconds) return refuse(`webhook-timestamp is more than ${toleranceSeconds} seconds ahead`);
  const signed = message(id, timestamp, body);
  const checks = checksOf(secrets);
  const versions = [...new Set(checks.map(({ version }) => version))];
  const found = versions.map((version) => [version, signaturesIn(header, version)] as const);
  if (found.every(([, signatures]) => signatures.length === 0)) {
    return refuse(`webhook-signature holds no signature of version ${versions.join(" or ")}`);
  }
  let matches = false;
  for (const { version, check } of checks) {
    matches = (await check(signed, new Map(found).get(version) ?? [])) || matches;
  }
  return matches ? { ok: true } : refuse("webhook-signature does not match");
}

const refuse = (reason: string): Verdict => ({ ok: false, reason });

function signaturesIn(header: string, version: string): readonly Uint8Array<ArrayBuffer>[] {
  return header.split(" ").flatMap((part) => {
    const bytes = part.startsWith(`${version},`) ? fromBase64(part.slice(version.length + 1)) : undefined;
    return bytes === undefined ? [] : [bytes];
  });
}
