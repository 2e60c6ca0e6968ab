import { type Files, nodeFiles, type OpenFile } from "@isotherm/journal/file";

/** One call to the file system. */
export interface FileCall {
  readonly kind:
    | "open"
    | "read"
    | "write"
    | "truncate"
    | "datasync"
    | "sync"
    | "unlink"
    | "rename"
    | "mkdir"
    | "readdir";
  readonly path: string;
  readonly length: number;
}

/** What happens instead: an error, after some bytes were written all the same. */
export interface Fault {
  readonly code: string;
  readonly partial?: number;
}

/** The real file system, except where `faultOf` names a fault. */
export interface FaultyFiles extends Files {
  faultOf: (call: FileCall) => Fault | undefined;
  readonly calls: FileCall[];
}

export function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made up by a test`), { code });
}

export function faultyFiles(): FaultyFiles {
  const calls: FileCall[] = [];
  function check(kind: FileCall["kind"], path: string, length = 0): Fault | undefined {
    const call = { kind, path, length };
    calls.push(call);
    return faulty.faultOf(call);
  }
  function guard(kind: FileCall["kind"], path: string): void {
    const fault = check(kind, path);
    if (fault !== undefined) throw systemError(fault.code);
  }

  function wrap(path: string, file: OpenFile): OpenFile {
    return {
      async read(buffer, offset, length, position) {
        const fault = check("read", path, length);
        if (fault !== undefined) throw systemError(fault.code);
        return file.read(buffer, offset, length, position);
      },
      async write(buffer, offset, length, position) {
        const fault = check("write", path, length);
        if (fault === undefined) return file.write(buffer, offset, length, position);
        if (fault.partial !== undefined) await file.write(buffer, offset, Math.min(length, fault.partial), position);
        throw systemError(fault.code);
      },
      async truncate(bytes) {
        guard("truncate", path);
        await file.truncate(bytes);
      },
      async datasync() {
        guard("datasync", path);
        await file.datasync();
      },
      async sync() {
        guard("sync", path);
        await file.sync();
      },
      stat: () => file.stat(),
      close: () => file.close(),
    };
  }

  const faulty: FaultyFiles = {
    faultOf: () => undefined,
    calls,
    async open(path, flags) {
      guard("open", path);
      return wrap(path, await nodeFiles.open(path, flags));
    },
    async readdir(path) {
      guard("readdir", path);
      return nodeFiles.readdir(path);
    },
    async mkdir(path) {
      guard("mkdir", path);
      return nodeFiles.mkdir(path);
    },
    async rename(from, to) {
      guard("rename", from);
      await nodeFiles.rename(from, to);
    },
    async unlink(path) {
      guard("unlink", path);
      await nodeFiles.unlink(path);
    },
  };
  return faulty;
}
