export { errors as capture } from "../../capture/errors.js";
