export { dashboardFolder } from "./folder.js";
