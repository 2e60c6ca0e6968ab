import { type KnownSource, knownSources } from "./source-list.js";

const byHost = new Map<string, KnownSource>();
/** Hosts of any ending, by what comes before it. */
const byStem = new Map<string, KnownSource>();
const byName = new Map<string, KnownSource>();
for (const known of knownSources) {
  byName.set(known.name.toLowerCase(), known);
  for (const alias of known.aliases ?? []) byName.set(alias, known);
  for (const host of known.hosts) {
    if (host.endsWith(".*")) byStem.set(host.slice(0, -2), known);
    else byHost.set(host, known);
  }
}

/** What comes before `.co.uk`, and before `.de`. */
const endings = [/^(?:.*\.)?([^.]+)\.com?\.[a-z]{2}$/, /^(?:.*\.)?([^.]+)\.[a-z]{2,3}$/];

/** The place that a host belongs to: itself, or the nearest parent that is known. */
export function sourceOfHost(host: string): KnownSource | undefined {
  for (let rest = host; rest.includes("."); rest = rest.slice(rest.indexOf(".") + 1)) {
    const known = byHost.get(rest);
    if (known) return known;
  }
  const stem = (endings.find((ending) => ending.test(host))?.exec(host) ?? [])[1];
  return stem === undefined ? undefined : byStem.get(stem);
}

/** The place that a campaign's `utm_source` means: by name, by another spelling, or by host. */
export function sourceOfName(name: string): KnownSource | undefined {
  const plain = name.trim().toLowerCase();
  return byName.get(plain) ?? (plain.includes(".") ? sourceOfHost(plain.replace(/^www\./, "")) : undefined);
}
