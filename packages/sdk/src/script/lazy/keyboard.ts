export { keyboard as capture } from "../../capture/keyboard.js";
