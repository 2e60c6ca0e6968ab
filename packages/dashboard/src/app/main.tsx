import { render } from "preact";
import { App } from "./parts/app.js";
import { model } from "./state/model.js";

const root = document.getElementById("app");
if (root !== null) {
  const own = model({ window, fetch: window.fetch.bind(window) });
  own.start();
  render(<App model={own} />, root);
}
