/** What proves that a batch that no relay signed may come in. */
export interface IngestAuthOptions {
  /**
   * `projectKey`: the site's public key alone. `jwt`: a token besides, as `Authorization: Bearer …`. `both`: the key alone is
   * enough, but a token that is shown has to hold. Batches that a relay signed need no token. @default "projectKey"
   */
  readonly mode?: "projectKey" | "jwt" | "both";
  /** Address of the issuer's keys, a JWK Set (https://www.rfc-editor.org/rfc/rfc7517#section-5); https, or this machine. */
  readonly jwksUrl?: string;
  /** What `iss` has to say. */
  readonly issuer?: string;
  /** What `aud` has to hold. */
  readonly audience?: string;
}
