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
  /**
   * Reads the body, but stops at `limit` bytes: undefined means that there is more. `hold` is told of the bytes of each piece
   * as it comes, and throws, which ends the reading, when there is no room for it.
   */
  body(limit: number, hold: (bytes: number) => void): Promise<Uint8Array | undefined>;
}

/** A request that the core has given room to, for as long as it is under way. */
export interface Held extends Incoming {
  body(limit: number): Promise<Uint8Array | undefined>;
  /** Holds so many bytes more for it. Throws `unavailable` where others leave no room for them. */
  hold(bytes: number): void;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | string | null;
}
