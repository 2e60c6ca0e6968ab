// Holds the lock of the folder in its first argument until it is killed: a socket in it that listens.
import { createServer } from "node:net";
import { join } from "node:path";

createServer().listen(join(process.argv[2], `writer-${process.pid}-test`), () => process.stdout.write("listening\n"));
