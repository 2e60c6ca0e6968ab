export { scrolls as capture } from "../../capture/scrolls.js";
