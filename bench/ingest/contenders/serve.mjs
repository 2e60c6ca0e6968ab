/** Tells the benchmark where the contender listens, and does what it is told. */
export function serve(url, { settle, stop }) {
  process.on("message", async (message) => {
    if (message === "settle") {
      await settle();
      process.send({ settled: true });
    }
    if (message === "stop") {
      await stop();
      process.exit(0);
    }
  });
  // The benchmark is gone: nobody would end this process any more.
  process.on("disconnect", () => process.exit(1));
  process.send({ url });
}
