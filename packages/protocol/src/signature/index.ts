export { ProtocolError, type ProtocolErrorCode } from "../protocol-error.js";
export { sha256 } from "../sha256.js";
export { type KeyPair, newKeyPair } from "./ed25519.js";
export { messageId } from "./message.js";
export { newSecret } from "./secret.js";
export { type SignRequest, sign } from "./sign.js";
export { type Verdict, type VerifyRequest, verify } from "./verify.js";
