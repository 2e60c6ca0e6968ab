import { createRouter, createWebHistory } from "vue-router";
import Home from "./pages/Home.vue";
import Members from "./pages/Members.vue";
import Plant from "./pages/Plant.vue";

declare module "vue-router" {
  interface RouteMeta {
    readonly title?: string;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", component: Home, meta: { title: "Understory, plants for the shade" } },
    { path: "/plants/:name", component: Plant, meta: { title: "A plant | Understory" } },
    { path: "/members", component: Members, meta: { title: "Members | Understory" } },
  ],
  scrollBehavior: () => ({ top: 0 }),
});

router.afterEach(({ meta }) => {
  document.title = meta.title ?? "Understory";
});
