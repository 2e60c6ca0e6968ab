/**
 * An event's id: the batch's, with the event's index in its last four digits. It is the same at every attempt, and as
 * unlikely to meet another's as batch ids are: of their 74 random bits 16 are told apart by the index alone.
 */
export function eventId(batchId: string, index: number): string {
  const tail = Number.parseInt(batchId.slice(-4), 16) ^ (index & 0xffff);
  return batchId.slice(0, -4) + tail.toString(16).padStart(4, "0");
}
