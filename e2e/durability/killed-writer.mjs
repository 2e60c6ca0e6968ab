// Opens the journal in a folder and works on it from many callers at once, until it is killed: writers append, two readers
// pass records at their own speed, and what both have passed is freed. Standard output tells each promise when it is given:
// "asked ID…" before an append and "kept ID…" after it, "read READER POSITION=ID…" before an advance and "passed READER
// POSITION ID…" after it.
// node killed-writer.mjs FOLDER RUN [ID…]; the ids are those that the run before left unanswered, which are sent again.
import { writeSync } from "node:fs";
import { fileJournal } from "@isotherm/journal/file";

const [folder, run, ...unanswered] = process.argv.slice(2);
const writers = 8;
const tell = (...words) => writeSync(1, `${words.join(" ")}\n`);
const recordOf = (id) => ({ id, data: Buffer.from(id.repeat(1 + (id.length % 40))) });

tell("opening");
const journal = await fileJournal({ folder, maxBytes: 262_144, segmentBytes: 16_384 });
tell("open");

async function append(ids) {
  tell("asked", ...ids);
  for (;;) {
    try {
      await journal.append(ids.map(recordOf), ({ stored }) => ({ journaled: stored }));
      return tell("kept", ...ids);
    } catch (error) {
      // A full journal is the readers' to empty.
      if (error.code !== "journal_full") throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function write(writer) {
  for (let turn = 0; ; turn++) {
    await append(Array.from({ length: 1 + ((writer + turn) % 3) }, (_, n) => `${run}.${writer}.${turn}.${n}`));
  }
}

async function read(name, records) {
  let { position } = await journal.reader(name);
  for (;;) {
    await journal.waitFor(position, new AbortController().signal);
    const found = await journal.read(position, { records, bytes: 100_000 });
    position = found.at(-1)?.position ?? position;
    for (const { id, data } of found) if (!recordOf(id).data.equals(data)) tell("spoilt", id);
    tell("read", name, ...found.map(({ id, position: at }) => `${at}=${id}`));
    await journal.advance(name, position, { forwarded: found.length });
    tell("passed", name, position, ...found.map(({ id }) => id));
    await journal.trim(position);
  }
}

const again = unanswered.length > 0 ? [append(unanswered)] : [];
await Promise.all([
  ...again,
  read("fast", 40),
  read("slow", 20),
  ...Array.from({ length: writers }, (_, n) => write(n)),
]);
