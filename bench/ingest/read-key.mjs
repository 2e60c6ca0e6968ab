import { createHash } from "node:crypto";

const text = `rd_${"c".repeat(32)}`;

/** Opens the shop of the contenders. */
export const readKey = {
  text,
  stored: {
    ...{ id: "rd_contenders", kind: "read", site: "shop", label: "bench" },
    secret: createHash("sha256").update(text).digest("hex"),
    ...{ createdAt: Date.UTC(2026, 0, 1), revokedAt: null },
  },
};
