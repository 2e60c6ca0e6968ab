export { forms as capture } from "../../capture/forms.js";
