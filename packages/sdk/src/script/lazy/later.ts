export { later as capture } from "../../outbox/later.js";
