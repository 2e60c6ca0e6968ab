import type { BackendResponse } from "../transport/transport.js";

/** Where an answer redirects to, as the end of a sentence about it; empty when nowhere. */
export function redirection({ header }: Pick<BackendResponse, "header">): string {
  const location = header("location");
  return location === undefined ? "" : `: it redirects to ${plain(location)}`;
}

/** An address without what may be secret in it: a user, a query, a fragment. */
const plain = (address: string): string => address.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
