/** A time zone in which it is about noon now, so that no drill runs over midnight, when visitors change their names. */
export function zoneAtNoon(now: number): string {
  const east = 12 - new Date(now).getUTCHours();
  // The names of these zones count westwards (IANA's "etcetera" file says why).
  return east === 0 ? "Etc/GMT" : `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`;
}
