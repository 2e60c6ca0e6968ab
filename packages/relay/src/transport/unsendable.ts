import { parseUrl } from "@isotherm/protocol";
import type { OutgoingRequest } from "./transport.js";

// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 and #section-5.5
const nameForm = /^[!#$%&'*+.^_`|~\w-]+$/;
const valueForm = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Errors of arguments: undici's (`lib/core/errors.js`), Node's for an address, and those of `fetch`. */
const aboutArguments = new Set(["UND_ERR_INVALID_ARG", "ERR_INVALID_URL", "TypeError"]);

/**
 * Why HTTP has no way to send this request, once an attempt has failed with an error of this code or name; undefined where
 * the request is not at fault, so that another attempt may go well. Repeats no value.
 */
export function unsendable(
  { url, headers }: Pick<OutgoingRequest, "url" | "headers">,
  code: string,
): string | undefined {
  if (!aboutArguments.has(code)) return undefined;
  if (parseUrl(url) === undefined) return "its address is none";
  const name = Object.keys(headers).find((it) => !nameForm.test(it));
  if (name !== undefined) return "it has a header with a name that is none";
  const at = Object.entries(headers).find(([, value]) => !valueForm.test(value));
  return at && `its header ${at[0]} holds what no header may`;
}
