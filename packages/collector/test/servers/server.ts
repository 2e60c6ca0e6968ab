import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A database server that runs for the tests; `url` names the database that it begins with. */
export interface Server {
  readonly url: string;
  readonly tls: TlsDoor;
  stop(): Promise<void>;
}

/** How a server is reached over TLS, at `localhost`: by a user with a password, as whoever is on this machine finds the port. */
export interface TlsDoor {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The file of whoever vouches for it, in the folder of its certificates. */
  readonly ca: string;
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Who a server runs as: none of them serves root. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** The account that Debian's package made for a server; our own where we are not root. */
export function accountOf(name: string): Account {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Memory that looks like a disk: most of the tests' time there goes into making tables, which servers sync one by one. */
const memory = "/dev/shm";
const enough = 2_000_000_000;

function place(): string {
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > enough ? memory : tmpdir();
}

/** An empty folder that belongs to an account. */
export function folderFor({ uid, gid }: Account): string {
  const folder = mkdtempSync(join(place(), "isotherm-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  if (uid !== undefined && gid !== undefined) for (const path of [folder, data]) chownSync(path, uid, gid);
  return folder;
}

/** The first of these paths that exists. */
export function installed(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

/** Milliseconds until a server has to answer, on two busy cores. */
const patience = 60_000;

/** Runs a server until it is stopped; rejects with what it wrote where it ends before `answers` resolves. */
export async function runServer(
  command: string,
  args: readonly string[],
  account: Account,
  folder: string,
  answers: () => Promise<unknown>,
): Promise<() => Promise<void>> {
  const server = spawn(command, args, { ...account, stdio: ["ignore", "pipe", "pipe"] });
  let wrote = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (text: Buffer) => (wrote += text.toString()));
  const until = Date.now() + patience;
  for (;;) {
    const failed = await answers().then(
      () => null,
      (error: unknown) => error,
    );
    if (failed === null) break;
    if (server.exitCode !== null || Date.now() > until) {
      await end(server, "SIGKILL");
      throw new Error(`${command} does not answer: ${wrote.slice(-2_000)}`, { cause: failed });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return async () => {
    // At once, without the clients' leave: what it holds is thrown away.
    await end(server, "SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  };
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill(signal);
  await ended;
}
