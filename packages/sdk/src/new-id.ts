/** A UUID of version 7 (RFC 9562, 5.7): ids sort by birth. They are no secrets; this is a third of the protocol's in size. */
export function newId(): string {
  const time = `0${Date.now().toString(16)}`;
  let i = 0;
  return "xxxxxxxx-xxxx-7xxx-8xxx-xxxxxxxxxxxx".replace(
    /x/g,
    () => time[i++] ?? ((Math.random() * 16) | 0).toString(16),
  );
}
