const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** When a UUID of version 7 was made, in ms since 1970 (RFC 9562, 5.7); undefined for an id of another form. */
export function uuidTime(id: string): number | undefined {
  return form.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}
