import { markdownTable } from "./table.mjs";

const opening = `# Benchmarks

Written by \`pnpm bench\`, which runs on any machine where \`npm test\` runs:

\`\`\`sh
npx pnpm@10.34.8 install && npx pnpm@10.34.8 build
npx pnpm@10.34.8 bench                          # everything
npx pnpm@10.34.8 bench size query --events 10000000   # some of it; the other sections stay as they are
\`\`\`

Every section says when it was measured, on what, and beside which versions. The load generator shares the machine with what it measures: the ratios of one run, whose contenders take turns, say more than its rates. What arrives while networks, servers and browsers fail is counted on [a page of its own](delivery.md).`;

/** The page with these sections. */
export function benchmarksPage(sections) {
  return `${[opening, ...sections.map(chapter)].join("\n\n")}\n`;
}

const chapter = (section) => `## ${section.title}\n\n${textOf(section)}`;

/** A section without its title. */
export function textOf({ intro, columns, rows, notes, date, cpu, memory, os, node }) {
  const measured = `Measured on ${date}: ${cpu}, ${memory}, ${os}, Node ${node}.`;
  return [intro, markdownTable(columns, rows), notes.map((note) => `- ${note}`).join("\n"), measured]
    .filter((part) => part !== "")
    .join("\n\n");
}
