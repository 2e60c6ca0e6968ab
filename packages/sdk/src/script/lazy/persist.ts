export { persist as capture } from "../../identity/persist.js";
