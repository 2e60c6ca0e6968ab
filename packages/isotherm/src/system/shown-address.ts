/** A database's address without its password, and without what else it says, in which one may stand as well. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return "what stands there";
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`;
}
