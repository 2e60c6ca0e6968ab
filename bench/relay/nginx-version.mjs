import { spawnSync } from "node:child_process";

/** As `1.22.1`; undefined where nginx is not installed. */
export function nginxVersion() {
  // It says so on stderr.
  const { stderr } = spawnSync("nginx", ["-v"], { encoding: "utf8" });
  return /nginx\/(\S+)/.exec(stderr ?? "")?.[1];
}
