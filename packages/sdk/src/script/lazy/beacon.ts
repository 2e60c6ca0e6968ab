export { beacon as capture } from "../../send/beacon.js";
