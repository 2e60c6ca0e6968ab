import { fileURLToPath } from "node:url";

/** Absolute path of the built interface: `index.html` and what it loads. Serve it at a path that ends with a slash. */
export const dashboardFolder: string = fileURLToPath(new URL("../dist/app", import.meta.url));
