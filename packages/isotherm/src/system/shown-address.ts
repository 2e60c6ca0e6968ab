/** A database's address without its password, and without what else it says, in which one may stand as well. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return "what stands there";
  const { protocol, username, host, pathname, search, hash } = new URL(url);
  // What stands behind a "/", "?" or "#" that a password has, and that is not encoded, is read as a path or what follows it.
  if (`${pathname}${search}${hash}`.includes("@")) return "what stands there";
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}
