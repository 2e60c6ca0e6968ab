import type { BatchJournal, JournalStats } from "@isotherm/journal";

const prefix = "projector-";

/** The projector's reader in a journal, by name; undefined before the first begins. */
export function projectorReader({ readers }: Pick<JournalStats, "readers">): string | undefined {
  return Object.keys(readers).find((reader) => reader.startsWith(prefix));
}

/**
 * What tells this journal from any other, also from one that took its place in the same folder: the name of the
 * projector's reader holds it, so that it is lost, kept and copied with the records themselves. A journal that has none
 * gets one, which from then on holds records back until they are in the models.
 */
export async function identify(journal: BatchJournal): Promise<{ readonly id: string; readonly reader: string }> {
  const reader = projectorReader(await journal.stats()) ?? `${prefix}${crypto.randomUUID()}`;
  const { position } = await journal.reader(reader);
  await journal.advance(reader, position);
  return { id: reader.slice(prefix.length), reader };
}
