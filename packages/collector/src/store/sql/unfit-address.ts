/** An address that cannot be followed, whoever is there: asking again does not help. */
export class UnfitAddress extends Error {}

/** Makes what an address asks for; whatever is wrong with it before anybody is asked is the fault of the address, by its name. */
export function fitting<Made>(make: () => Made, name = "url"): Made {
  try {
    return make();
  } catch (cause) {
    throw new UnfitAddress(`${name}: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (!("code" in cause) || cause.code !== "ERR_INVALID_URL") return cause.message;
  return "that is none; write it as postgres:// or mysql://, then user:password@host:port/database";
}
