const start = (capture) => `start({ key: "pk_…", to: "/f3k9q2", use: [${capture}] });`;

/** The pages under docs/captures: what the sources do not say by themselves. */
export const pages = [
  {
    name: "attention",
    options: [{ file: "capture/attention", name: "AttentionOptions" }],
    use: `import { attention, start } from "@isotherm/sdk";\n\n${start("attention()")}`,
    notes: [
      "Time counts while the page is visible and has the focus, and for 30 seconds after the last move, press, key, scroll or turn of the wheel. A page that is left open beside another one is not read. What was counted is sent with each batch.",
    ],
  },
  {
    name: "clicks",
    options: [{ file: "capture/clicks", name: "ClickOptions" }],
    use: `import { clicks, sameOriginFrames, start } from "@isotherm/sdk";\n\n${start("clicks({ frames: sameOriginFrames })")}`,
    notes: [
      "An element is recognised by two anchors: where it stands, by the nearest name or id and the way down from it, and what it is, by its tag, role and the hash of its text. Text that is being written, and what `data-iso-mask` or `data-iso-ignore` keeps out, is not even part of the hash. Ids with digits are taken for generated.",
      "The place is measured within the element, within the document, and within what scrolls around it, before any handler of the page can change something.",
      "What more can be known of a press is added by others: [`dead()`](dead.md), [`links()`](links.md), [`rage()`](rage.md) and [`tracked()`](tracked.md). In the script tag, `clicks` brings all four.",
      "The script tag reaches into the site's own frames by itself; with npm, `frames: sameOriginFrames` does. A frame whose own script tag has `data-frames` is left to it; one that starts the SDK from npm should carry `data-iso-ignore`, or its presses count twice.",
    ],
  },
  {
    name: "dead",
    beside: ["clicks"],
    options: [{ file: "capture/dead", name: "DeadOptions" }],
    use: `import { clicks, dead, start } from "@isotherm/sdk";\n\n${start("clicks(), dead()")}`,
    notes: [
      "A press is dead if it was on something that looks as if it did something, and then nothing in the page changed, no value, no disclosure, no scroll position, selection or focus. The verdict comes later, as an event of its own, which names the press by its number. Presses with a modifier, links that the browser follows, media, canvas, pickers, popovers, downloads and other windows never are.",
    ],
  },
  {
    name: "errors",
    options: [{ file: "capture/errors", name: "ErrorOptions" }],
    use: `import { errors, start } from "@isotherm/sdk";\n\n${start("errors()")}`,
    notes: [
      "Addresses are cleaned as those of pages are, in the stack too. Images and scripts that do not load are no errors of the page.",
    ],
  },
  {
    name: "experiments",
    options: [{ file: "capture/experiments", name: "Experiment", path: "<name>." }],
    use: `import { experiments, start } from "@isotherm/sdk";\n\nconst tests = experiments({ hero: { variants: ["calm", "bold"], unit: "user" } });\n${start("tests")}\ntests.show("hero");`,
    notes: [
      "Without a stored id nobody knows who the visitor is, and there is no variant: show what you would show without the experiment.",
    ],
  },
  {
    name: "forms",
    use: `import { forms, start } from "@isotherm/sdk";\n\n${start("forms()")}`,
    notes: [
      "A field is named by its anchors, in which nothing that was written has a part. Buttons are presses, and belong to `clicks()`.",
    ],
  },
  {
    name: "keyboard",
    use: `import { keyboard, start } from "@isotherm/sdk";\n\n${start("keyboard()")}`,
    notes: [
      "A key that is held down counts once. Categories are `navigation`, `editing`, `modifier`, `system` and `other`.",
    ],
  },
  {
    name: "links",
    beside: ["clicks"],
    use: `import { clicks, links, start } from "@isotherm/sdk";\n\n${start("clicks(), links()")}`,
    notes: [
      "The address is cleaned as those of pages are. `out` is another host, `file` what the link calls a download, or what ends as documents, archives, programs and media do.",
    ],
  },
  {
    name: "moves",
    use: `import { moves, start } from "@isotherm/sdk";\n\n${start("moves()")}`,
    notes: [
      "A place is sampled at most 20 times a second, 12 px from the one before or after 250 ms of rest; places on a straight line are left out. A path begins with document pixels, `x, y`, and goes on in steps, `dt, dx, dy`. It ends where the pointer is when the batch is frozen.",
    ],
  },
  {
    name: "rage",
    beside: ["clicks"],
    options: [{ file: "capture/rage", name: "RageOptions" }],
    use: `import { clicks, rage, start } from "@isotherm/sdk";\n\n${start("clicks(), rage()")}`,
    notes: ["One press of a row is marked, however long the row gets. The keyboard has no place, and makes no row."],
  },
  {
    name: "scrolls",
    use: `import { scrolls, start } from "@isotherm/sdk";\n\n${start("scrolls()")}`,
    notes: [
      "A path begins with `y` in pixels, and goes on in steps, `dt, dy`, at most ten a second. `max` is the deepest edge that was visible, per mille of the height, which is measured again each time. A container inside the page is named by its anchors in `el`.",
    ],
  },
  {
    name: "snapshots",
    options: [{ file: "capture/snapshots", name: "SnapshotOptions" }],
    use: `import { snapshots, start } from "@isotherm/sdk";\n\n${start('snapshots({ mask: ".account" })')}`,
    lazy: "snapshot/picture",
    notes: [
      "Nothing happens until an answer asks for this page, which none does before it is loaded, style sheets included: once for each page, width of the window and version of its layout, of a few visitors at a time, and not again for 14 days. Then, while the page is visible and has nothing else to do, its nodes and styles are read by [rrweb-snapshot](https://www.npmjs.com/package/rrweb-snapshot), which is loaded only now, cleaned, compressed and sent to the path of the batches, followed by a name of its own.",
      "Left out: scripts, handlers, frames, what is inlined as `data:`, what `data-iso-ignore` or `ignore` names (its room stays), and of addresses everything that is also cut from those of pages: images come by their address, without its query. Masked: texts inside of `data-iso-mask` or of what `mask` names, and everything that can be written in. No value of a field is part of it, typed, hidden, checked or chosen; where the page repeats what is typed, as the title of a search, asterisks stand there.",
      'What else the page shows to the visitor whose browser is asked is in the picture: mark what is personal with `data-iso-mask`, or mask everything with `mask: "body"`. What `beforeSend` discards is not brought: it is asked with a batch that holds a `snapshot` event, and the name that it gives to the page is the picture\'s.',
    ],
  },
  {
    name: "tracked",
    beside: ["clicks"],
    use: `import { clicks, start, tracked } from "@isotherm/sdk";\n\n${start("clicks(), tracked()")}`,
    notes: ["Values are texts, as they stand in the markup. The nearest element with a name counts."],
  },
  {
    name: "vitals",
    use: `import { start, vitals } from "@isotherm/sdk";\n\n${start("vitals()")}`,
    notes: [
      "LCP, INP, CLS, FCP and TTFB, as `web-vitals` reports them, with its rating. What is known only at the end of a page view is sent then, and belongs to it. `web-vitals` itself goes on measuring after `stop`; nobody listens any more.",
    ],
  },
];
