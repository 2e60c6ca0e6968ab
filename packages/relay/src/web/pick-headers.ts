/** Those of the named headers that are there. */
export function pickHeaders(
  { header }: { header(name: string): string | undefined },
  names: readonly string[],
): { readonly [name: string]: string } {
  const picked: { [name: string]: string } = {};
  for (const name of names) {
    const value = header(name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
