import { nothing } from "../../../src/store/sql/line-messages.js";
import { serveLine } from "../../../src/store/sql/serve-line.js";

// A line that answers with what it was asked, until it is told to die.
serveLine((death: "ends" | "hangs" | "throws") => {
  let connected = false;
  const done = async (): Promise<void> => undefined;
  return {
    connect: async () => {
      connected = true;
    },
    refuses: () => false,
    get connected() {
      return connected;
    },
    drop() {
      connected = false;
    },
    async rows({ sql }) {
      if (sql !== "die") return { columns: ["asked"], rows: [[sql]], count: 0 };
      if (death === "ends") process.exit(1);
      if (death === "throws") {
        setTimeout(() => {
          throw new Error("nobody catches this");
        });
      }
      if (death === "hangs") for (;;);
      return await new Promise<never>(() => undefined);
    },
    change: async () => nothing,
    insert: async () => nothing,
    async *stream() {},
    script: done,
    begin: done,
    commit: done,
    rollback: done,
    stateOf: () => "",
    close: done,
  };
});
