/** What one file says of a network. */
export interface PlaceRecord {
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
  readonly timeZone?: string;
  readonly network?: string;
  readonly org?: string;
  readonly asn?: string;
}

/**
 * Reads a record in the shapes of MaxMind (https://dev.maxmind.com/geoip/docs/databases), of DB-IP, which follows it, of
 * IPinfo (https://ipinfo.io/developers/database-types) and of ip-location-db (https://github.com/sapics/ip-location-db).
 */
export function readPlace(record: unknown): PlaceRecord {
  const at = (...path: readonly (string | number)[]): unknown =>
    path.reduce<unknown>((value, step) => (value as { [step: string]: unknown } | null | undefined)?.[step], record);
  const first = (...values: readonly unknown[]): string | undefined =>
    values.find((value): value is string => typeof value === "string" && value !== "");
  const read = {
    country: first(at("country", "iso_code"), at("country_code"), at("country")),
    region: first(at("subdivisions", 0, "names", "en"), at("region"), at("state1")),
    city: first(at("city", "names", "en"), at("city")),
    timeZone: first(at("location", "time_zone"), at("timezone"), at("time_zone")),
    network: networkOf(at),
    org: first(
      ...[at("autonomous_system_organization"), at("traits", "autonomous_system_organization")],
      ...[at("as_name"), at("organization"), at("isp")],
    ),
    asn: numberOf(at("autonomous_system_number") ?? at("traits", "autonomous_system_number") ?? at("asn")),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

const kinds: readonly (readonly [network: string, flags: readonly string[]])[] = [
  ["tor", ["is_tor_exit_node", "tor"]],
  ["vpn", ["is_anonymous_vpn", "vpn"]],
  ["hosting", ["is_hosting_provider", "hosting"]],
];

/** As MaxMind calls users (https://dev.maxmind.com/geoip/docs/web-services/responses), and IPinfo networks. */
const types: { readonly [type: string]: string } = {
  hosting: "hosting",
  government: "government",
  military: "government",
  education: "education",
  college: "education",
  school: "education",
  library: "education",
};

function networkOf(at: (...path: readonly string[]) => unknown): string | undefined {
  // As text where the file was made of a table.
  const says = (flag: string): boolean => String(at(flag) ?? at("traits", flag)) === "true";
  for (const [network, flags] of kinds) if (flags.some(says)) return network;
  const type = at("user_type") ?? at("traits", "user_type") ?? at("type") ?? at("as_type");
  return typeof type === "string" ? types[type.toLowerCase()] : undefined;
}

function numberOf(value: unknown): string | undefined {
  const digits = /^(?:AS)?(\d{1,10})$/i.exec(String(value ?? ""))?.[1];
  return digits === undefined ? undefined : `AS${digits}`;
}
