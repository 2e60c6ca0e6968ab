/** An address below a base, whether or not that ends with a slash. */
export function under(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/${path}`;
}
