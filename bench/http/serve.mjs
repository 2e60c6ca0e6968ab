/**
 * Tells the benchmark where the contender listens, and answers what it is asked, by name. With a `pid`, that process does
 * the work and is the one to be measured.
 */
export function serve(url, { answers = {}, stop, pid = process.pid }) {
  process.on("message", async ({ ask, with: options }) => {
    if (ask === "stop") {
      await stop();
      process.exit(0);
    }
    process.send({ [ask]: (await answers[ask]?.(options)) ?? null });
  });
  // The benchmark is gone: nobody would end this process any more.
  process.on("disconnect", () => process.exit(1));
  process.send({ url, pid });
}
