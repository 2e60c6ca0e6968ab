export { type ProxyOptions, type RelayServer, type RelayServerOptions, relayServer } from "./relay-server.js";
