/** User-agent client hints, as far as the browser sent them unasked. */
export interface ClientHints {
  readonly platform?: string;
  readonly mobile?: boolean;
  readonly brands?: string;
}

/** What the first server knew: added once, at the seal, after which no full address exists. */
export interface Edge {
  /** The server's clock at receipt, in ms since 1970. */
  readonly at: number;
  /** Milliseconds by which the sender's clock is ahead of the server's (`sentAt − at`); 0 under the tolerance. */
  readonly skew: number;
  /** The daily, cookie-less visitor. Absent while the first server knows no salt. */
  readonly visitor?: string;
  /** The day of the salt, as `2026-11-21`. */
  readonly salt?: string;
  /** Yesterday's hash, in the first four hours of a day: joins a running session and is never stored. */
  readonly previous?: string;
  /** The truncated address: /24 or /48. */
  readonly ip?: string;
  /**
   * The full address, only while the first server has no salt for the day: the collector hashes it and takes it out
   * before it writes anything.
   */
  readonly address?: string;
  readonly ua?: string;
  readonly lang?: string;
  readonly ch?: ClientHints;
  /** ISO 3166-1 alpha-2, from a trusted proxy's header. */
  readonly country?: string;
  /** Names of region and city, from a trusted proxy's headers. */
  readonly region?: string;
  readonly city?: string;
  /** The host that the page was on, from `Origin`, or else the batch's URL. */
  readonly host?: string;
  /** Which relay sealed it. */
  readonly relay?: string;
  /** A signal that the first server honoured by stripping. */
  readonly privacy?: "gpc" | "dnt";
}
