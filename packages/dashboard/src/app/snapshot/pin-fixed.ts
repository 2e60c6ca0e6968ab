/** Holds elements that are fixed to the window where they are at the top of the page, so that they do not grow with the frame. */
export function pinFixed(doc: Document): void {
  const view = doc.defaultView;
  if (view === null) return;
  const fixed = [...doc.querySelectorAll<HTMLElement>("body *")].filter(
    (element) => view.getComputedStyle(element).position === "fixed",
  );
  const places = fixed.map((element) => element.getBoundingClientRect());
  fixed.forEach((element, index) => {
    const place = places[index];
    if (place === undefined || element.style === undefined) return;
    const set = (name: string, value: string): void => element.style.setProperty(name, value, "important");
    for (const [name, value] of [
      ["position", "absolute"],
      ["box-sizing", "border-box"],
      ["width", `${place.width}px`],
      ["height", `${place.height}px`],
      ["left", "0"],
      ["top", "0"],
      ["right", "auto"],
      ["bottom", "auto"],
      ["margin", "0"],
    ] as const)
      set(name, value);
    // It now counts from whatever holds it.
    const now = element.getBoundingClientRect();
    set("left", `${place.left - now.left}px`);
    set("top", `${place.top - now.top}px`);
  });
}
