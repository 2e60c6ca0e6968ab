import type { Fault } from "./validator.js";

/** What is wrong, and where in the body. */
export interface Detail {
  /** JSON pointer. */
  readonly path: string;
  readonly message: string;
}

/** Turns a validator's fault into a pointer and a sentence; `prefix` is the pointer of the value that was checked. */
export function describe(fault: Fault | undefined, prefix: string): Detail {
  if (fault === undefined) return { path: prefix, message: "is invalid" };
  return { path: `${prefix}${fault.instancePath}`, message: sentence(fault) };
}

function sentence({ keyword, message = "is invalid", params }: Fault): string {
  if (keyword === "enum" && params.allowedValues !== undefined)
    return `must be one of ${params.allowedValues.join(", ")}`;
  if (keyword === "const") return `must be ${String(params.allowedValue)}`;
  return message;
}
