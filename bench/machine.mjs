import { arch, cpus, release, totalmem, type } from "node:os";

/** What a figure was measured on and with. */
export function machine() {
  const [{ model } = { model: "unknown processor" }, ...others] = cpus();
  return {
    cpu: `${model.trim()}, ${others.length + 1} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
  };
}
