import { clicks, offline, persist, scrolls } from "@isotherm/sdk";
import { isothermPlugin } from "@isotherm/vue";
import { byRoute } from "@isotherm/vue/router";
import { createApp } from "vue";
import App from "./App.vue";
import { tests } from "./experiments.ts";
import { router } from "./router.ts";
import "./style.css";

const app = createApp(App).use(router);

// Where the first address redirects, only the page that it leads to is recorded.
await router.isReady();

app
  .use(isothermPlugin, {
    key: import.meta.env.VITE_ISOTHERM_KEY,
    to: import.meta.env.VITE_ISOTHERM_TO,
    use: [clicks(), scrolls(), offline(), persist(), tests],
    consent: "required",
    // /plants/fern and /plants/moss are one page: /plants/:name.
    beforeSend: byRoute(router, { title: ({ meta }) => meta.title }),
  })
  .mount("#app");
