export { snapshots as capture } from "../../capture/snapshots.js";
