/** What may be said of an error that nobody foresaw. */
export interface Fault {
  readonly name: string;
  /** Of the system's errors, as `ENOSPC`, and of ours. */
  readonly code?: string;
  /** Where it was thrown, a line each. */
  readonly stack?: string;
  readonly cause?: Fault;
}

/** An error without its message and whatever else it carries, which may be what a visitor sent: `URL` and `JSON.parse` repeat it. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, cause } = error;
  const { code } = error as { readonly code?: unknown };
  const stack = placesOf(error);
  return {
    name,
    ...(typeof code === "string" && /^\w{1,64}$/.test(code) && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && { cause: faultOf(cause) }),
  };
}

// A stack begins with the message, and a message may look like a stack.
function placesOf({ stack = "", message }: Error): string | undefined {
  const at = stack.indexOf(message);
  const [, ...places] = at === -1 ? [] : stack.slice(at + message.length).split("\n");
  return places.length === 0 ? undefined : places.map((place) => place.trim()).join("\n");
}
