import type { JSX } from "preact";
import type { ApiError } from "../api/api-error.js";
import { say } from "../words/say.js";

function sentence({ code, message, requestId }: ApiError): string {
  if (code === "unreachable" || code === "rate_limited") return say.trouble[code];
  return say.trouble.other(message, requestId);
}

/** Says what keeps the numbers from coming; what came before stays on screen. */
export function Trouble({ error }: { readonly error: ApiError | null }): JSX.Element {
  return (
    <div class="trouble-hold" role="status">
      {error !== null && <p class="trouble">{sentence(error)}</p>}
    </div>
  );
}
