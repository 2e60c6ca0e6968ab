import { inject } from "vitest";
import { theServer } from "./databases.js";
import type { Opening } from "./opening.js";

/** Words of an address. */
export type Words = Readonly<Record<string, string>>;

/** What proves who the server is, in the words of each server's own clients. */
export function verified(ca: string): Words {
  return theServer().name === "postgres"
    ? { sslmode: "verify-full", sslrootcert: ca }
    : { "ssl-mode": "VERIFY_IDENTITY", "ssl-ca": ca };
}

/** An opening's database over the network, for whoever has the door's password. */
export function overNetwork({ url }: Opening, words: Words, user?: string): string {
  const { name, tls } = inject("server");
  if (tls === null) throw new Error("no server of ours");
  const address = new URL(`${name}://${user ?? tls.user}:${tls.password}@localhost:${tls.port}`);
  address.pathname = new URL(url).pathname;
  address.search = new URLSearchParams(words).toString();
  return address.href;
}

/** What a store at this address says when it is migrated; null where it lets itself be. */
export async function saidOf(place: Opening, url: string, threads = false): Promise<string | null> {
  return place
    .open({ url, threads })
    .migrate()
    .then(
      () => null,
      (error: { readonly code?: string; readonly message?: string }) => `${error.code}: ${error.message}`,
    );
}
