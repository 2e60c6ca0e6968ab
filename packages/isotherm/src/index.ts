export {
  type CollectorConfig,
  defineConfig,
  type IsothermConfig,
  type PassthroughConfig,
  type ProxyConfig,
  type RelayConfig,
  type SiteConfig,
  type StoreConfig,
} from "./config/options.js";
export { CommandError, type CommandErrorCode } from "./error.js";
