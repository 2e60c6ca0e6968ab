import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { serve } from "../../http/serve.mjs";

const [, , folder, sink] = process.argv;

const port = await freePort();
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((it) => `${it}_temp_path ${folder};`);
// https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive says what keeps connections to the sink open.
const conf = `
daemon off; worker_processes 1; pid ${join(folder, "nginx.pid")}; error_log stderr; events { worker_connections 1024; }
http {
  access_log off; ${temporary.join(" ")}
  keepalive_requests 1000000000; keepalive_timeout 72s;
  upstream sink { server ${new URL(sink).host}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://sink; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}`;
const file = join(folder, "nginx.conf");
await writeFile(file, conf);
const nginx = spawn("nginx", ["-c", file, "-p", folder, "-e", "stderr"], { stdio: ["ignore", "inherit", "inherit"] });
const ended = once(nginx, "exit");
ended.then(([code]) => process.exit(code ?? 1));
process.once("exit", () => nginx.kill());
while (!(await listens())) await new Promise((resolve) => setTimeout(resolve, 20));
// The master only watches; what is measured is its one worker.
const children = await readFile(`/proc/${nginx.pid}/task/${nginx.pid}/children`, "utf8");
serve(`http://127.0.0.1:${port}`, {
  pid: Number(children.trim().split(" ")[0]),
  async stop() {
    nginx.kill("SIGQUIT");
    await ended;
  },
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address();
  server.close();
  await once(server, "close");
  return free;
}

function listens() {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  }).finally(() => socket.destroy());
}
