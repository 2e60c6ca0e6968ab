import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { Analytics } from "./analytics.tsx";
import { router } from "./routes.tsx";
import "./style.css";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Analytics>
      <RouterProvider router={router} />
    </Analytics>
  </StrictMode>,
);
