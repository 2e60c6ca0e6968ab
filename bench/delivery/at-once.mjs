/**
 * Runs tasks in their order, `most` of them at a time, and resolves to what each resolved to, in the same order. The first
 * that rejects ends it: those that run are waited for, no other is begun.
 *
 * @template Result
 * @param {(() => Promise<Result>)[]} tasks
 * @param {number} most
 * @returns {Promise<Result[]>}
 */
export async function atOnce(tasks, most) {
  const results = [];
  const faults = [];
  let next = 0;
  const worker = async () => {
    while (next < tasks.length && faults.length === 0) {
      const at = next++;
      try {
        results[at] = await tasks[at]();
      } catch (error) {
        faults.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  if (faults.length > 0) throw faults[0];
  return results;
}
