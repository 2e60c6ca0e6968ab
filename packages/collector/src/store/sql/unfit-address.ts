/** An address that cannot be followed, whoever is there: asking again does not help. */
export class UnfitAddress extends Error {}

/** Makes what an address asks for; whatever is wrong with it before anybody is asked is the fault of the address, by its name. */
export function fitting<Made>(make: () => Made, name = "url"): Made {
  try {
    return make();
  } catch (cause) {
    throw new UnfitAddress(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
