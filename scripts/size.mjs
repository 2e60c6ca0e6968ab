import { existsSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { budgets, builtSdk, codeOf } from "./sdk-sizes.mjs";

if (!existsSync(`${builtSdk}/script/manifest.json`)) {
  process.stderr.write("There is no build to measure: run `pnpm build` first.\n");
  process.exit(1);
}

process.stdout.write("bytes  limit   goal  import (minified ES2020, brotli)\n");
for (const budget of budgets) {
  const compressed = async (one) => brotliCompressSync(await codeOf(one)).length;
  const without = budget.beside ? await compressed({ imports: budget.beside }) : 0;
  const bytes = (await compressed(budget)) - without;
  const name = budget.name ?? budget.script ?? budget.imports.join(", ");
  const columns = [bytes, budget.limit, budget.goal].map((number) => String(number).padStart(5)).join("  ");
  const over = bytes - budget.limit;
  process.stdout.write(
    `${columns}  ${name}${over > 0 ? ` (${over} over the limit; ceiling ${budget.ceiling})` : ""}\n`,
  );
  if (bytes > Math.max(budget.limit, budget.ceiling)) {
    process.stderr.write(`${name} has grown over its ceiling of ${budget.ceiling} bytes.\n`);
    process.exitCode = 1;
  }
}
