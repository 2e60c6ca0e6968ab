const encoder = new TextEncoder();

/** The `Authorization` of a user and a password (RFC 7617), in UTF-8. */
export const basicAuth = (user: string, password = ""): string =>
  `Basic ${btoa(String.fromCharCode(...encoder.encode(`${user}:${password}`)))}`;
