import { createBrowserRouter, type RouteObject } from "react-router";
import { Bread } from "./pages/bread.tsx";
import { Home } from "./pages/home.tsx";
import { Regulars } from "./pages/regulars.tsx";
import { Shop } from "./shop.tsx";

export const routes: RouteObject[] = [
  {
    element: <Shop />,
    children: [
      { index: true, element: <Home /> },
      { path: "breads/:name", element: <Bread /> },
      { path: "regulars", element: <Regulars /> },
    ],
  },
];

export const router = createBrowserRouter(routes);
