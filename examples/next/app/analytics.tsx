"use client";
import { IsothermProvider } from "@isotherm/react";
import { nextRoutes, Routes } from "@isotherm/react/next";
import { clicks, offline, type StartOptions } from "@isotherm/sdk";
import type { ReactNode } from "react";

const routes = nextRoutes();

const options: StartOptions = {
  key: process.env.NEXT_PUBLIC_ISOTHERM_KEY ?? "",
  to: process.env.NEXT_PUBLIC_ISOTHERM_TO ?? "",
  use: [clicks(), offline()],
  // /notes/heron and /notes/otter are one page: /notes/[slug].
  beforeSend: routes.byRoute,
};

export function Analytics({ children }: { children: ReactNode }) {
  return (
    <IsothermProvider options={options}>
      <Routes of={routes} />
      {children}
    </IsothermProvider>
  );
}
