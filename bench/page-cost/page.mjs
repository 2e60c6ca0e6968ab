/** Elements that can be pressed, in rows of ten. */
export const targets = 300;
/** Pixels of a place in the grid that they stand in. */
export const cell = { width: 120, height: 60 };
/** Pixels that the page is seen through. */
export const viewport = { width: 1_200, height: 720 };

const kinds = [
  (i) => `<button type="button" class="card action">Button ${i}</button>`,
  (i) => `<a class="card link" href="#item-${i}">Link ${i}</a>`,
  (i) => `<div class="card" role="button" tabindex="0"><span class="label">Card ${i}</span></div>`,
];

const grid = Array.from({ length: targets }, (_, i) => `<li class="item">${kinds[i % kinds.length](i)}</li>`).join(
  "\n",
);

/** A page on which every press does something, as on a page that works. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Page cost</title><link rel="icon" href="data:,">
<style>
  body { margin: 0; font: 14px sans-serif; }
  ul { display: grid; grid-template-columns: repeat(10, ${cell.width}px); margin: 0; padding: 0; list-style: none; }
  .item { height: ${cell.height}px; }
  .card { display: block; box-sizing: border-box; width: 100%; height: 100%; padding: 8px; border: 1px solid #999; }
  .pressed { background: #def; }
  footer { height: 2400px; }
</style>
</head>
<body>
<main><section class="catalogue"><ul class="list">${grid}</ul></section></main>
<footer></footer>
<script>
  window.longTasks = 0;
  new PerformanceObserver((list) => { window.longTasks += list.getEntries().length; }).observe({ type: "longtask", buffered: true });
  document.addEventListener("click", (event) => {
    event.preventDefault();
    // A visitor presses once the page has been drawn. Dispatched without a pause, presses would make each other's layout.
    if (!location.hash) event.target.closest(".card")?.classList.toggle("pressed");
  });
</script>
<script type="module" src="/contender.js"></script>
</body>
</html>`;
