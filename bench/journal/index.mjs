import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileJournal } from "@isotherm/journal/file";
import { uuidv7 } from "@isotherm/protocol";
import { interleave } from "../interleave.mjs";

const recordBytes = 4_096;
const runMs = 1_500;
const data = new Uint8Array(recordBytes).fill(120);

/** Records a second that `writers` at once make durable, checked by what the journal then holds. */
const appends = (writers, sync) => async () => {
  const folder = await mkdtemp(join(tmpdir(), "isotherm-bench-"));
  const journal = await fileJournal({ folder, sync });
  let stored = 0;
  const started = performance.now();
  const write = async () => {
    while (performance.now() - started < runMs) {
      const result = await journal.append([{ id: uuidv7(), data }]);
      stored += result.stored;
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const seconds = (performance.now() - started) / 1_000;
  const { records } = await journal.stats();
  await journal.close();
  await rm(folder, { recursive: true });
  if (records !== stored) throw new Error(`${stored} were acknowledged and ${records} are there`);
  return stored / seconds;
};

/** What a sync costs, and how much of it many writers at once share. */
export async function journal({ print }) {
  const contenders = {
    "1 writer, synced": appends(1, true),
    "64 writers, synced": appends(64, true),
    "64 writers, not synced": appends(64, false),
  };
  print("journal: five rounds of three contenders");
  const medians = await interleave(contenders);
  const one = medians["1 writer, synced"];
  return {
    title: "Journal",
    intro: `Records of ${recordBytes} bytes that become durable in a second, in the file journal. Medians of five rounds in turn; what was acknowledged is counted afterwards in the journal.`,
    columns: ["who writes", "records a second", "beside one writer"],
    rows: Object.entries(medians).map(([name, rate]) => [
      name,
      Math.round(rate).toLocaleString("en"),
      `${(rate / one).toFixed(1)} ×`,
    ]),
    notes: [
      "Every append of the same moment shares one write and one fdatasync. The rate of one writer is the disk's.",
    ],
  };
}
