export { ProtocolError, type ProtocolErrorCode } from "../protocol-error.js";
export { canonicalAddress, parseAddress, truncateAddress } from "./address.js";
export { correctedAt } from "./corrected-at.js";
export { type DayRange, localDay, localDayRange } from "./day.js";
export { newSalt, saltsWanted } from "./salt.js";
export { type SealRequest, seal } from "./seal.js";
export { sealedJson } from "./sealed-json.js";
export { settle } from "./settle.js";
