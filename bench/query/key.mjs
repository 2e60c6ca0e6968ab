import { createHash } from "node:crypto";
import { site } from "./world.mjs";

const text = `rd_${"b".repeat(32)}`;

/** Opens the bench's site, which holds nothing but made-up visits. */
export const readKey = {
  text,
  stored: {
    ...{ id: "rd_bench", kind: "read", site: site.id, label: "bench" },
    secret: createHash("sha256").update(text).digest("hex"),
    ...{ createdAt: site.createdAt, revokedAt: null },
  },
};
