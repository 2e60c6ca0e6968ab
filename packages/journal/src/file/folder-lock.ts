import { randomBytes } from "node:crypto";
import { open, readdir, unlink } from "node:fs/promises";
import type { Server } from "node:net";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { JournalError } from "../journal-error.js";
import { systemCode } from "./files.js";

/** The right to write in a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

const PREFIX = "writer-";
const TRIES = 3;

/**
 * Makes this the only writer of a folder on this machine, or rejects with `journal_locked`.
 *
 * A writer listens on a Unix socket in the folder. The kernel ends that with the process, however it dies, so that a
 * socket which refuses connections belongs to nobody: no process id can be reused, no clock compared, and containers that
 * share the folder see each other. Every attempt has a name of its own, which decides races without a moment in which
 * two could win: first listen, then look, and withdraw if somebody else is there. Two that start at once may both
 * withdraw, hence another try.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const directory = await open(folder, "r");
  // Socket addresses hold about 100 bytes. This way the folder's own path may be longer.
  const within = process.platform === "linux" ? `/proc/self/fd/${directory.fd}` : folder;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const name = `${PREFIX}${process.pid}-${randomBytes(6).toString("hex")}`;
      const server = await listen(join(within, name));
      const release = async (): Promise<void> => {
        await new Promise((resolve) => server.close(resolve));
        await unlink(join(folder, name)).catch(() => undefined);
      };
      const rival = await otherWriter(folder, within, name).catch(async (error) => {
        await release();
        throw error;
      });
      if (rival === undefined) {
        return {
          async release() {
            await release();
            await directory.close();
          },
        };
      }
      await release();
      if (attempt === TRIES) throw lockedError(folder, rival);
      await pause(20 + Math.random() * 80);
    }
  } catch (error) {
    await directory.close();
    throw error;
  }
}

function lockedError(folder: string, rival: string): JournalError {
  const pid = /^writer-(\d+)-/.exec(rival)?.[1];
  return new JournalError(
    "journal_locked",
    `process ${pid} already writes the journal in ${folder}; stop it, or give this one a folder of its own`,
  );
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Exclusive: in a worker of node:cluster the primary would otherwise listen on its behalf, and outlive it.
    server.listen({ path, exclusive: true }, resolve);
  });
  server.unref();
  return server;
}

/** Another socket in the folder that somebody listens on. Those of the dead are removed: their names never come back. */
async function otherWriter(folder: string, within: string, own: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isSocket() || !entry.name.startsWith(PREFIX) || entry.name === own) continue;
    if (await isListening(join(within, entry.name))) return entry.name;
    await unlink(join(folder, entry.name)).catch(() => undefined);
  }
  return undefined;
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    // Refused or gone means nobody; anything else, as a missing permission or a full queue, means somebody may be there.
    socket.once("error", (error) => resolve(!["ECONNREFUSED", "ENOENT"].includes(systemCode(error) ?? "")));
  });
}
