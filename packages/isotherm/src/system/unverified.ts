/** The oldest versions of servers that Isotherm's tests run on. */
const tested: { readonly [product: string]: readonly [major: number, minor: number] } = {
  PostgreSQL: [15, 0],
  MariaDB: [10, 11],
};

/** What is to be said of a database, by its product and version, that Isotherm's tests never met; null of others. */
export function unverified(product: string): string | null {
  const [, name = "", major = "", minor = "0"] = /^(\w+) (\d+)(?:\.(\d+))?/.exec(product) ?? [];
  if (name === "MySQL")
    return `${product} is unverified: Isotherm's tests run on MariaDB, and were never run on a MySQL server; docs/stores.md says how to run them on yours`;
  const oldest = tested[name];
  if (!oldest || Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1])) return null;
  return `${product} is unverified: Isotherm's tests run on ${name} ${oldest[0]}${oldest[1] > 0 ? `.${oldest[1]}` : ""} or newer`;
}
