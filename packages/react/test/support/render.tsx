/** @jsxImportSource react */
import { act, type ReactNode, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const roots: Root[] = [];

/** Renders as an app in development does; what React puts off has happened when it resolves. */
export async function render(app: ReactNode, { strict = true } = {}): Promise<{ unmount: () => Promise<void> }> {
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  roots.push(root);
  await act(async () => root.render(strict ? <StrictMode>{app}</StrictMode> : app));
  return { unmount: () => act(async () => root.unmount()) };
}

/** Unmounts everything that a test has rendered. */
export async function unmountAll(): Promise<void> {
  for (const root of roots.splice(0)) await act(async () => root.unmount());
}
