import { IsothermProvider } from "@isotherm/react";
import { byRoute } from "@isotherm/react/react-router";
import { clicks, offline, persist, type StartOptions, scrolls } from "@isotherm/sdk";
import type { ReactNode } from "react";
import { matchRoutes } from "react-router";
import { ConsentBanner } from "./consent-banner.tsx";
import { tests } from "./experiments.ts";
import { routes } from "./routes.tsx";

const options: StartOptions = {
  key: import.meta.env.VITE_ISOTHERM_KEY,
  to: import.meta.env.VITE_ISOTHERM_TO,
  use: [clicks(), scrolls(), offline(), persist(), tests],
  consent: "required",
  // /breads/rye and /breads/spelt are one page: /breads/:name.
  beforeSend: byRoute((path) => matchRoutes(routes, path)),
};

export function Analytics({ children }: { children: ReactNode }) {
  return (
    <IsothermProvider options={options}>
      {children}
      <ConsentBanner />
    </IsothermProvider>
  );
}
