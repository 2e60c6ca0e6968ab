export { attention as capture } from "../../capture/attention.js";
