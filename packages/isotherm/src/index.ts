export {
  type CollectorConfig,
  defineConfig,
  type IsothermConfig,
  type ProxyConfig,
  type RelayConfig,
  type SiteConfig,
} from "./config/options.js";
export { CommandError, type CommandErrorCode } from "./error.js";
