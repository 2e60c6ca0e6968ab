import { median } from "../interleave.mjs";

const parts = 5;

/**
 * Measures how fast a target that is back gets a backlog of so many batches, in five parts of it, from the first that
 * arrives. After each part the relay stands still, and `alone` measures what the target takes from somebody else. `count`
 * says how many batches the target has, from whomever.
 */
export async function drain({ relay, count, batches, alone }) {
  const shares = [];
  const others = [];
  let extra = 0;
  const came = async (wanted) => {
    for (;;) {
      const came = (await count()) - extra;
      if (came >= wanted) return came;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await came(1);
  const cpuBefore = await relay.cpu();
  for (let part = 1; part <= parts; part++) {
    const [from, started] = [await came(1), performance.now()];
    const to = await came(Math.floor((batches * part) / parts));
    const seconds = (performance.now() - started) / 1_000;
    relay.pause();
    shares.push((to - from) / seconds);
    const { rate, sent } = await alone();
    others.push(rate);
    extra += sent;
    relay.resume();
  }
  const cpu = ((await relay.cpu()) - cpuBefore) / batches;
  return { drain: median(shares), alone: median(others), cpu, extra };
}
