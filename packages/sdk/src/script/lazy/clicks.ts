export { clicks as capture } from "../../capture/clicks.js";
