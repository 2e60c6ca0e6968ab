export { offline as capture } from "../../outbox/offline.js";
