import { reportAtPace } from "../http/at-pace.mjs";
import { inFolder } from "../in-folder.mjs";
import { starting } from "./contenders.mjs";
import { checkIsotherm } from "./stored.mjs";

const [, , contender, rate] = process.argv;

await inFolder((folder) =>
  reportAtPace({
    start: starting(contender, folder),
    rate: Number(rate),
    // The other contender stores nothing.
    check: (ids) => (contender === "isotherm" ? checkIsotherm(folder, ids) : undefined),
  }),
);
