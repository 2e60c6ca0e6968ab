import { expect, test } from "vitest";
import { unverified } from "../../src/system/unverified.js";

test.each(["MySQL 8.0.36", "MySQL 8.4.2-debug", "MariaDB 10.6.12-MariaDB", "PostgreSQL 14.11 (Debian 14.11-1)"])(
  "calls %s unverified",
  (product) => {
    expect(unverified(product)).toMatch(`${product} is unverified: `);
  },
);

test.each(["MariaDB 10.11.6-MariaDB-0+deb12u1", "MariaDB 11.4.2", "PostgreSQL 15.3", "PostgreSQL 17", "SQLite 3.50.4"])(
  "has nothing to say of %s",
  (product) => {
    expect(unverified(product)).toBeNull();
  },
);
