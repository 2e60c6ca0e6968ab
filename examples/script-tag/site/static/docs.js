// The guide changes chapters without loading a page, as many sites do: fetch, swap, pushState.
const chapter = document.getElementById("chapter");

async function show(address) {
  const response = await fetch(address);
  if (!response.ok) return location.assign(address);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = page.getElementById("chapter");
  if (!next) return location.assign(address);
  chapter.replaceChildren(...next.childNodes);
  document.title = page.title;
  for (const link of document.querySelectorAll("a[href^='/']")) {
    if (link.getAttribute("href") === new URL(address, location.href).pathname)
      link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href^='/docs']");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  await show(link.href);
  history.pushState(null, "", link.href);
  const target = link.hash ? document.querySelector(link.hash) : null;
  if (target) target.scrollIntoView();
  else scrollTo(0, 0);
  chapter.focus({ preventScroll: true });
});

addEventListener("popstate", () => show(location.href));

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  await navigator.clipboard?.writeText(button.dataset.copy).catch(() => {});
  button.textContent = "Copied";
});
