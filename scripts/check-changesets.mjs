import { readFileSync } from "node:fs";
import { root } from "./run.mjs";

// The product's owner wants the configuration at the root; Changesets reads only its own folder.
const [shown, read] = ["changeset.config.json", ".changeset/config.json"].map((file) =>
  readFileSync(`${root}${file}`, "utf8"),
);
if (shown !== read) {
  process.stderr.write(
    "changeset.config.json and .changeset/config.json differ: copy the one you meant over the other.\n",
  );
  process.exitCode = 1;
}
