import { reportAtPace } from "../http/at-pace.mjs";
import { checkArrived, inFrontOfSink } from "./in-front-of-sink.mjs";

const [, , contender, rate] = process.argv;

await inFrontOfSink(contender, ({ sink, start }) =>
  reportAtPace({ start, rate: Number(rate), check: (ids) => checkArrived(sink, ids) }),
);
