export { vitals as capture } from "../../capture/vitals.js";
