import { workerData } from "node:worker_threads";
import type { LineData, Reply, Request } from "../../../src/store/sql/line-messages.js";
import type { Started } from "../../../src/store/sql/start-thread.js";

// A line that answers each statement with itself, and wakes once more while the next one is under way: as one does that was
// asked again between its reply and its waking.
const { port, data } = workerData as Started<LineData<null>>;
port.on("message", (request: Request) => {
  const sql = "sql" in request ? request.sql : request.kind;
  setTimeout(
    () => {
      port.postMessage({ ok: true, answer: { columns: ["sql"], rows: [[sql]], count: 0 } } satisfies Reply);
      Atomics.add(data.signal, 0, 1);
      Atomics.notify(data.signal, 0);
      setTimeout(() => Atomics.notify(data.signal, 0), 20);
    },
    sql === "second" ? 200 : 0,
  );
});
