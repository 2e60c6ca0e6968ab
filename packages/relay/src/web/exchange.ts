/** Where a visitor is, as far as it is known. */
export interface IncomingPlace {
  /** As two letters (ISO 3166-1). */
  readonly country?: string | undefined;
  /** By their names. */
  readonly region?: string | undefined;
  readonly city?: string | undefined;
}

/**
 * A request as every face hands it to the core: cheaper than a `Request`, and the same for all of them. It has the place
 * where the platform tells it by other means than a header.
 */
export interface Incoming extends IncomingPlace {
  readonly method: string;
  /** The path without query. */
  readonly path: string;
  /** The query with its question mark; empty where there is none. */
  readonly query: string;
  /** The address at the other end of the connection: the client's, or that of the proxy in front. */
  readonly peer: string;
  /** Keeps the platform from ending work that is not over when the request is answered, where it would. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  /** Reads the body, but stops at `limit` bytes: undefined means that there is more. */
  body(limit: number): Promise<Uint8Array | undefined>;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | string | null;
}
