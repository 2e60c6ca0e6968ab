export { relayNode } from "./relay-node.js";
export { relayPlugin } from "./relay-plugin.js";
export { type ProxyOptions, type RelayServer, type RelayServerOptions, relayServer } from "./relay-server.js";
