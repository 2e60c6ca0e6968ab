export { gzip as capture } from "../../send/gzip.js";
