export {
  deadLettersIn,
  type KeptLetter,
  type LetterFilter,
} from "../dead-letters/read-letters.js";
export { type ReplayedLetters, replayLetters } from "../dead-letters/replay-letters.js";
export { planReplay, type ReplayPlan, replaySince } from "../forward/replay-since.js";
export { owed } from "../ledger/owed.js";
export { quarantinedIn } from "../quarantine/quarantine.js";
export type { QuarantinedRequest } from "../quarantine/quarantined-request.js";
export {
  isChosen,
  type QuarantineFilter,
  type ReplayedQuarantine,
  replayQuarantine,
} from "../quarantine/replay-quarantine.js";
export { recognisesCopies } from "../target/recognises-copies.js";
