"use client";
import type { Isotherm, StartOptions } from "@isotherm/sdk";
import {
  type Context,
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useEffect,
  useState,
} from "react";
import { type Mountable, mountable } from "./mountable.js";

/** The SDK of the nearest provider. */
export const IsothermContext: Context<Isotherm | undefined> = createContext<Isotherm | undefined>(undefined);

/** What a provider gives to the components inside it: an SDK of its own, or one that runs already. */
export type IsothermProviderProps = { readonly children?: ReactNode } & (
  | {
      /** What `start` takes. They are read once, when the provider is first rendered. */
      readonly options: StartOptions;
      readonly isotherm?: undefined;
    }
  | {
      /** An SDK that was started elsewhere, as for several roots on one page; it is neither started nor stopped here. */
      readonly isotherm: Isotherm;
      readonly options?: undefined;
    }
);

/** Starts the SDK when it is mounted, stops it when it is unmounted, and gives it to the hooks inside. On a server it only renders. */
export function IsothermProvider({ options, isotherm, children }: IsothermProviderProps): ReactElement {
  const [own] = useState<Mountable | undefined>(() => options && mountable(options));
  useEffect(() => own?.[1](), [own]);
  return createElement(IsothermContext.Provider, { value: own?.[0] ?? isotherm }, children);
}
