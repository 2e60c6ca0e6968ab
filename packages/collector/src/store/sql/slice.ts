import type { SealedBatch } from "@isotherm/protocol";
import { CollectorError } from "../../collector-error.js";
import { hostOf } from "../../enrich/host.js";
import { readBatch } from "../../project/arrivals.js";
import { eventTime } from "../derive/event-time.js";
import { goingOn, withBatch, withDuplicate, withGone, withRefused } from "../derive/tab.js";
import { zone } from "../derive/zone.js";
import type { ArrivedBatch, ArrivedGone, Chunk, ProjectReport } from "../store.js";
import { deliveries } from "./deliveries.js";
import { deriveVisitor } from "./derive-visitor.js";
import { dirtyDays } from "./dirty-days.js";
import type { VisitorGroup } from "./group-by-visitor.js";
import { heatBuffer } from "./heat-parts.js";
import { idBytes, idName, insertEvents, type NewPiece, piecesOf, storedOf, type WrittenSite } from "./insert-batch.js";
import { joinUser } from "./join-user.js";
import { type ErasedNames, erasedNames, type KnownSite, never } from "./privacy/erased-names.js";
import { leftTraces } from "./privacy/erased-traces.js";
import { refuse } from "./privacy/refuse.js";
import { rawBefore } from "./privacy/swept.js";
import { readSite } from "./registry.js";
import type { Writer } from "./writer.js";

/** What one transaction stores and derives. */
export interface Slicer {
  add(group: VisitorGroup): void;
  addGone(gone: ArrivedGone): void;
  /** Writes what was gathered. */
  finish(): ProjectReport;
}

/** A site with what is no longer taken of it. */
interface SlicedSite extends WrittenSite, KnownSite {
  readonly erased: ErasedNames;
  /** The first local day whose batches are kept. */
  readonly kept: number;
}

export function slicer(writer: Writer, { journal }: Pick<Chunk, "journal">): Slicer {
  const { connection } = writer;
  const sites = new Map<string, SlicedSite>();
  const received = new Map<number, number>();
  const failed: { [part: string]: number } = {};
  const dirty = dirtyDays(connection);
  const heat = heatBuffer(writer, dirty.touch);
  const tabs = deliveries(connection);
  const refused: { readonly site: number; readonly batch: SealedBatch; readonly receivedAt: number }[] = [];
  let [stored, duplicates, unreadable, erased, expired] = [0, 0, 0, 0, 0];

  const siteOf = (id: string): SlicedSite => {
    const known = sites.get(id);
    if (known) return known;
    const site = readSite(connection, id);
    if (!site)
      throw new CollectorError("site_unknown", `journal ${journal} holds batches of site ${id}, which is not here`);
    const hosts = site.origins.map(hostOf).filter((host) => host !== null);
    const made = { n: site.n, id, zone: zone(site.timeZone), hosts: new Set(hosts) };
    const sliced = { ...made, erased: erasedNames(connection, site), kept: rawBefore(connection, site.n) };
    sites.set(id, sliced);
    return sliced;
  };

  const hear = (site: number, at: number): void => {
    received.set(site, Math.max(received.get(site) ?? 0, Math.round(at)));
  };

  /** The parts of a batch with this id that was not `met` yet, in the store or in this group. */
  const read = (site: SlicedSite, arrived: ArrivedBatch, id: Uint8Array, met: Set<string>): readonly NewPiece[] => {
    const { batch, receivedAt } = arrived;
    hear(site.n, receivedAt);
    // Nothing of what was erased comes back, not even that its tab was heard of; nor does a day that is no longer kept.
    if (refuse(writer, site, site.erased, batch)) {
      erased++;
      refused.push({ site: site.n, batch, receivedAt });
      return [];
    }
    if (site.zone.day(eventTime(batch)({ t: 0 })) < site.kept) {
      expired++;
      return [];
    }
    const name = idName(id);
    if (met.has(name)) {
      duplicates++;
      tabs.change(site.n, batch.tab, receivedAt, receivedAt, withDuplicate);
      return [];
    }
    met.add(name);
    stored++;
    const enrichment = writer.enrich(batch, site.hosts);
    for (const part of enrichment.failed) failed[part] = (failed[part] ?? 0) + 1;
    const pieces = piecesOf(writer, site, unlinked(arrived, site.erased), id, enrichment);
    const at = pieces[0]?.piece.at ?? receivedAt;
    tabs.change(site.n, batch.tab, at, receivedAt, (tab, isNew) => {
      const goesOn = isNew && batch.seq > 0 && leftTraces(connection, site, "tab", batch.tab);
      return withBatch(goesOn ? goingOn(tab, batch.seq) : tab, batch, at, receivedAt);
    });
    return pieces;
  };

  return {
    add(group) {
      const site = siteOf(group.site);
      // One name may stand for several visitors: a machine and a person are told apart only now.
      const byVisitor = new Map<number, NewPiece[]>();
      const arrivals = group.batches.map(readBatch).filter((arrived) => arrived !== null);
      unreadable += group.batches.length - arrivals.length;
      const ids = arrivals.map(({ site: name, batch }) => idBytes(name, batch.id));
      const met = new Set(storedOf(writer, ids));
      for (const [at, arrived] of arrivals.entries()) {
        for (const added of read(site, arrived, ids[at] as Uint8Array, met)) {
          const { piece } = added;
          const known = byVisitor.get(piece.visitor);
          if (known) known.push(added);
          else byVisitor.set(piece.visitor, [added]);
          dirty.add(site.n, joinUser(writer, piece));
        }
      }
      for (const [visitor, news] of byVisitor) {
        dirty.add(site.n, deriveVisitor(writer, site, visitor, news));
        insertEvents(writer, news);
        for (const added of news) heat.add(added);
      }
    },
    addGone({ site: id, gone, receivedAt }) {
      const site = siteOf(id);
      hear(site.n, receivedAt);
      for (const report of gone) {
        // Of an erased tab, only one that goes on is heard of.
        if (leftTraces(connection, site, "tab", report.tab) && !tabs.has(site.n, report.tab)) continue;
        tabs.change(site.n, report.tab, receivedAt, receivedAt, (tab) => withGone(tab, report, receivedAt));
      }
    },
    finish() {
      heat.flush();
      // At the end, when it is known which tabs are others' as well.
      for (const { site, batch, receivedAt } of refused) {
        if (!tabs.has(site, batch.tab)) continue;
        tabs.change(site, batch.tab, receivedAt, receivedAt, (tab) => withRefused(tab, batch));
      }
      const zones = new Map([...sites.values()].map((site) => [site.n, site.zone]));
      for (const { site, from } of tabs.flush()) dirty.touch(site, zones.get(site)?.day(from) ?? 0);
      dirty.flush();
      for (const [site, at] of received) {
        connection.run(
          `INSERT INTO freshness (site, received) VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET received =
             CASE WHEN excluded.received > freshness.received THEN excluded.received ELSE freshness.received END`,
          ...[site, at],
        );
      }
      return {
        ...{ stored, duplicates, failed, unreadable },
        ...(erased > 0 && { erased }),
        ...(expired > 0 && { expired }),
      };
    },
  };
}

/** A batch without yesterday's hash where that was erased: it is written nowhere again, also not as what a visit goes on from. */
function unlinked(arrived: ArrivedBatch, erased: ErasedNames): ArrivedBatch {
  const { previous, ...edge } = arrived.batch.edge;
  if (previous === undefined || erased.isEmpty()) return arrived;
  if (erased.until({ kind: "daily", name: previous }) === never) return arrived;
  return { ...arrived, batch: { ...arrived.batch, edge } };
}
