const { stderr } = process;

/**
 * Runs something long, and says how long it has been at it: on one line that is redrawn where a person watches, and in a
 * line every 20 seconds where nobody does.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function ticking(title, work) {
  const started = Date.now();
  const draw = () => {
    const line = `${title} … ${Math.round((Date.now() - started) / 1000)} s`;
    stderr.write(stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  };
  const timer = setInterval(draw, stderr.isTTY ? 1_000 : 20_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (stderr.isTTY) stderr.write("\r\u001b[2K");
  }
}
