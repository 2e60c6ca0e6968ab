import type { Refusal } from "@isotherm/protocol";

/** `unreachable`: no answer came at all. Else the code of the collector's refusal, or `unexpected`. */
export type ApiErrorCode = Refusal["code"] | "unreachable" | "unexpected";

/** A question that the collector did not answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly code: ApiErrorCode,
    readonly statusCode: number,
    message: string,
    /** Names the request in the collector's log; empty when no answer came. */
    readonly requestId: string = "",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
