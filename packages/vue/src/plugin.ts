import { type Isotherm, type StartOptions, start } from "@isotherm/sdk";
import type { App, InjectionKey } from "vue";
import { type TrackDirective, trackDirective } from "./track-directive.js";

declare module "vue" {
  // For editors and vue-tsc: `v-track` in every template.
  interface GlobalDirectives {
    vTrack: TrackDirective;
  }
}

/** Under this key an app provides its SDK. */
export const isothermKey: InjectionKey<Isotherm> = Symbol("isotherm");

/** What the plugin takes: the options of `start`, or an SDK that was started elsewhere, as for several apps on one page. */
export type IsothermPluginOptions = StartOptions | { readonly isotherm: Isotherm };

/** A Vue plugin. */
export interface IsothermPlugin {
  readonly install: (app: App, options: IsothermPluginOptions) => void;
}

/**
 * `app.use(isothermPlugin, options)`: starts the SDK, provides it to `useIsotherm`, registers `v-track`, and stops what
 * it started when the app is unmounted. On a server the SDK does nothing.
 */
export const isothermPlugin: IsothermPlugin = {
  install(app, options) {
    const given = "isotherm" in options;
    const isotherm = given ? options.isotherm : start(options);
    app.provide(isothermKey, isotherm);
    app.directive("track", trackDirective(isotherm));
    if (given) return;
    // `app.onUnmount` came with Vue 3.5.
    const { unmount } = app;
    app.unmount = () => {
      unmount();
      isotherm.stop();
    };
  },
};
