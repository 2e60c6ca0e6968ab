// The guide changes chapters without loading a page, as routers do: fetch, pushState, swap. The address changes before the
// page does, so that whoever listens can still read what belongs to the page that ends.
const chapter = document.getElementById("chapter");

/** The page at an address; undefined when the browser has to load it itself. */
async function load(address) {
  const response = await fetch(address);
  const page = response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : undefined;
  if (page?.getElementById("chapter")) return page;
  location.assign(address);
  return undefined;
}

function show(page) {
  chapter.replaceChildren(...page.getElementById("chapter").childNodes);
  document.title = page.title;
  for (const link of document.querySelectorAll("a[href^='/']")) {
    if (link.getAttribute("href") === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href^='/docs']");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const page = await load(link.href);
  if (!page) return;
  history.pushState(null, "", link.href);
  show(page);
  const target = link.hash ? document.querySelector(link.hash) : null;
  if (target) target.scrollIntoView();
  else scrollTo(0, 0);
  chapter.focus({ preventScroll: true });
});

addEventListener("popstate", async () => {
  const page = await load(location.href);
  if (page) show(page);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  await navigator.clipboard?.writeText(button.dataset.copy).catch(() => {});
  button.textContent = "Copied";
});
