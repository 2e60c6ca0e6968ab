/** `secret_invalid`: not `whsec_…` with 32 bytes or more, none at all, or too many. `message_invalid`: an id or time that cannot be signed. `zone_unknown`: not an IANA time zone. `day_invalid`: not a day as `2026-11-21`. */
export type ProtocolErrorCode = "secret_invalid" | "message_invalid" | "zone_unknown" | "day_invalid";

/** A mistake of the program or its configuration; what comes over the wire never causes one. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
