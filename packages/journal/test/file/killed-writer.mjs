// Appends to the journal in the folder of its first argument from many callers at once, and tells on standard output what
// was acknowledged, until it is killed. Run it with: node -C @isotherm/source --import tsx killed-writer.mjs FOLDER RUN
import { writeSync } from "node:fs";
import { fileJournal } from "@isotherm/journal/file";

const [folder, run] = process.argv.slice(2);
const journal = await fileJournal({ folder, maxBytes: 8 * 1024 * 1024, segmentBytes: 65_536 });

async function write(writer) {
  for (let turn = 0; ; turn += 1) {
    const batch = Array.from({ length: 1 + (turn % 3) }, (_, index) => ({
      id: `${run}-${writer}-${turn}-${index}`,
      data: new Uint8Array((turn * 97) % 900).fill(turn),
    }));
    await journal.append(batch, ({ stored }) => ({ journaled: stored }));
    writeSync(1, batch.map(({ id }) => `record ${id}\n`).join(""));
  }
}

async function read() {
  let { position } = await journal.reader("one");
  for (;;) {
    await journal.waitFor(position, new AbortController().signal);
    const found = await journal.read(position, { records: 5, bytes: 100_000 });
    position = found.at(-1)?.position ?? position;
    await journal.advance("one", position, { forwarded: found.length });
    writeSync(1, `cursor ${position}\n`);
  }
}

await Promise.all([read(), ...Array.from({ length: 8 }, (_, writer) => write(writer))]);
