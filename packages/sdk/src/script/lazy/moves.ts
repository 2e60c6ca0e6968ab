export { moves as capture } from "../../capture/moves.js";
