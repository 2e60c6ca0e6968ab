/**
 * Runs in the page: microseconds per dispatch, by the median of a hundred rounds of a hundred dispatches each. What the
 * dispatch itself costs, and the page's own listener, is the same on a page with nothing on it.
 *
 * @param {"move" | "click"} kind
 */
export async function dispatchCost(kind) {
  const elements = [...document.querySelectorAll(".card")].slice(0, 100);
  const places = elements.map((element) => {
    const { left, top } = element.getBoundingClientRect();
    return { clientX: left + 20, clientY: top + 20 };
  });
  // As browsers do: https://w3c.github.io/pointerevents/#compatibility-mapping-with-mouse-events
  const types = {
    move: ["pointermove", "mousemove"],
    click: ["pointerdown", "mousedown", "pointerup", "mouseup", "click"],
  };
  const rounds = [];
  for (let round = 0; round < 100; round++) {
    const events = elements.map((_, i) =>
      types[kind].map((type) => {
        const init = { bubbles: true, composed: true, cancelable: true, detail: 1, pointerType: "mouse", ...places[i] };
        return type.startsWith("pointer") || type === "click"
          ? new PointerEvent(type, init)
          : new MouseEvent(type, init);
      }),
    );
    const from = performance.now();
    for (let i = 0; i < elements.length; i++) for (const event of events[i]) elements[i].dispatchEvent(event);
    rounds.push(((performance.now() - from) * 1_000) / elements.length);
    // What was put off is done between the rounds, as between a visitor's moves.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return rounds.sort((a, b) => a - b)[rounds.length / 2];
}
