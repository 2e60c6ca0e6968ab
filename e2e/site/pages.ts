/** Something to press, laid out by hand, so that a test knows where it is without asking the browser. */
export interface Target {
  /** How a test names it. */
  readonly name: string;
  /** Its tag and attributes, as `button id="buy"`. */
  readonly html: string;
  readonly text: string;
  /** Document pixels; viewport pixels when `fixed`. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fixed?: true;
  /** The strict anchor that the SDK's documentation promises for such an element. */
  readonly anchor: string;
}

/** A page whose layout is fully known. */
export interface TestPage {
  readonly path: string;
  readonly title: string;
  /** Document pixels. */
  readonly height: number;
  readonly targets: readonly Target[];
}

const header: Target = {
  name: "menu",
  html: 'button id="menu"',
  text: "Menu",
  x: 1100,
  y: 10,
  width: 128,
  height: 64,
  fixed: true,
  anchor: "#menu",
};

/** The viewport that every layout is made for. */
export const viewport: { readonly width: number; readonly height: number } = { width: 1280, height: 720 };

/** The test site. */
export const pages: readonly TestPage[] = [
  {
    path: "/",
    title: "Home",
    height: 3600,
    targets: [
      header,
      {
        name: "buy",
        html: 'button id="buy"',
        text: "Buy now",
        x: 100,
        y: 160,
        width: 320,
        height: 128,
        anchor: "#buy",
      },
      {
        name: "hero",
        html: 'div role="button" tabindex="0" data-iso="hero"',
        text: "Hero",
        x: 640,
        y: 160,
        width: 512,
        height: 256,
        anchor: "[data-iso=hero]",
      },
      {
        name: "deep",
        html: 'button id="deep"',
        text: "Far down",
        x: 200,
        y: 3000,
        width: 256,
        height: 64,
        anchor: "#deep",
      },
    ],
  },
  {
    path: "/pricing",
    title: "Pricing",
    height: 1800,
    targets: [
      header,
      {
        name: "plan",
        html: 'button id="plan"',
        text: "Choose",
        x: 320,
        y: 320,
        width: 256,
        height: 128,
        anchor: "#plan",
      },
    ],
  },
  {
    path: "/app",
    title: "App",
    height: 720,
    targets: [
      { name: "next", html: 'button id="next"', text: "Next", x: 64, y: 64, width: 256, height: 128, anchor: "#next" },
    ],
  },
];

/** The page at this path; soft navigation's addresses get the page that they began on. */
export function pageAt(path: string): TestPage | undefined {
  return (
    pages.find(({ path: known }) => known === path) ??
    pages.find(({ path: known }) => known !== "/" && path.startsWith(`${known}/`))
  );
}

/** The page's HTML, with `snippet` in its head. */
export function render({ title, height, targets }: TestPage, snippet: string): string {
  const place = ({ x, y, width, height: h, fixed }: Target): string =>
    `position:${fixed ? "fixed" : "absolute"};left:${x}px;top:${y}px;width:${width}px;height:${h}px`;
  const elements = targets.map((target) => {
    const tag = target.html.split(" ")[0];
    return `<${target.html} style="box-sizing:border-box;${place(target)}">${target.text}</${tag}>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">${snippet}</head>
<body style="margin:0;position:relative;height:${height}px">
${elements.join("\n")}
<p role="status" style="position:absolute;left:64px;top:480px;margin:0"></p>
<script>
  // Every press does something, so that none of them is a dead click, and leaves its time for the test to read.
  document.addEventListener("click", (event) => {
    document.querySelector("[role=status]").textContent += ".";
    window.pressedAt = performance.timeOrigin + event.timeStamp;
    if (event.target.id === "next") history.pushState({}, "", "/app/step-2");
  });
</script>
</body>
</html>`;
}
