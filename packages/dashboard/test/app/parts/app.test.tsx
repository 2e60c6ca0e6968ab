import { render } from "preact";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { App } from "../../../src/app/parts/app.js";
import { type Model, model } from "../../../src/app/state/model.js";
import { soon } from "../../kit/soon.js";
import { collector, type Known, key, known } from "./collector.js";

let root: HTMLElement;
let own: Model | undefined;
let end: (() => void) | undefined;
let asked: readonly URL[];

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  history.replaceState(null, "", "/");
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  end?.();
  render(null, root);
  root.remove();
});

/** Opens the dashboard at an address, in front of a collector that knows this. */
function open(address: string, answers: Known = known()): Model {
  history.replaceState(null, "", address);
  const server = collector(answers);
  asked = server.asked;
  own = model({ window, fetch: server.fetch, every: 20 });
  end = own.start();
  render(<App model={own} />, root);
  return own;
}

const find = <T extends Element = HTMLElement>(selector: string): T => {
  const found = root.querySelector<T>(selector);
  if (found === null) throw new Error(`nothing on the page is ${selector}`);
  return found;
};
const text = (selector: string): string => find(selector).textContent?.replace(/\s+/g, " ").trim() ?? "";
const choose = (selector: string): void => {
  const input = find<HTMLInputElement>(selector);
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

describe("the sign-in", () => {
  test("asks for a key, refuses what is none, and opens with one", async () => {
    open("/");
    const field = find<HTMLInputElement>("#key");
    field.value = "pk_wrong";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await soon(() => expect(text("[role=alert]")).toContain("starts with rd_"));
    expect(asked).toHaveLength(0);
    field.value = key;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await soon(() => expect(text("[role=alert]")).toBe(""));
    find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await soon(() => expect(text(".card")).toContain("8,412"));
  });

  test("comes back with a reason when the collector does not know the key", async () => {
    open(`/#key=rd_${"b".repeat(32)}`);
    await soon(() => expect(text("[role=alert]")).toContain("not valid any more"));
    expect(sessionStorage.length + localStorage.length).toBe(0);
  });
});

describe("the numbers", () => {
  test("stand in their units, with their change against the period before", async () => {
    open(`/#key=${key}`);
    await soon(() => expect(root.querySelectorAll(".card-value")[0]?.textContent).toBe("8,412"));
    const values = [...root.querySelectorAll(".card-value")].map((value) => value.textContent);
    expect(values).toEqual(["8,412", "10.4K", "31.2K", "3.01", "41%", "2m 42s"]);
    const changes = [...root.querySelectorAll(".card-change")].map(({ className, textContent }) => [
      className,
      textContent,
    ]);
    expect(changes[0]).toEqual(["card-change mood-bad", "↓ 16%16% less"]);
    expect(changes[4]).toEqual(["card-change mood-good", "↓ 5pp5pp less"]);
  });

  test("carry their definition, as the description of their card", async () => {
    open(`/#key=${key}`);
    await soon(() => expect(text("#meaning-bounceRate")).toContain("46% in the period before (Sep 23 – Oct 22)"));
    expect(find(".card-cell:nth-child(5) .card").getAttribute("aria-describedby")).toBe("meaning-bounceRate");
  });

  test("choose the series, and the address says which", async () => {
    open(`/#key=${key}`);
    await soon(() => expect(root.querySelectorAll(".card")).toHaveLength(6));
    find(".card-cell:nth-child(5) .card").click();
    await soon(() => expect(asked.some(({ searchParams }) => searchParams.get("metric") === "bounceRate")).toBe(true));
    expect(location.search).toBe("?metric=bounceRate");
    await soon(() => expect(find(".card-cell:nth-child(5) .card").getAttribute("aria-pressed")).toBe("true"));
  });
});

describe("the header", () => {
  test("labels generated visits as such, and only those", async () => {
    const view = open(`/#key=${key}`);
    await soon(() => expect(text(".head")).toContain("Generated visits"));
    expect(text(".current")).toBe("14 current visitors");
    view.address.go({ site: "docs" });
    await soon(() => expect(asked.some(({ pathname }) => pathname === "/v1/sites/docs/summary")).toBe(true));
    expect(text(".head")).not.toContain("Generated visits");
  });

  test("asks about the period that was chosen, by the hour for a day", async () => {
    open(`/#key=${key}`);
    await soon(() => expect(root.querySelector("input[value='day']")).not.toBeNull());
    choose("input[value='day']");
    await soon(() => {
      const series = asked.filter(({ pathname }) => pathname.endsWith("/series")).at(-1)?.searchParams;
      expect([series?.get("period"), series?.get("interval")]).toEqual(["day", "hour"]);
    });
  });
});

describe("the heatmap", () => {
  test("says how much it shows and ranks the elements with their shares", async () => {
    open(`/#key=${key}`);
    await soon(() => expect(text(".heat-summary")).toContain("120 clicks on 900 page views"));
    const rows = [...root.querySelectorAll(".ranked-row")].map((row) => row.textContent);
    expect(rows[0]).toContain("Button “buy”");
    expect(rows[0]).toContain("4 rage");
    expect(rows[0]).toContain("83%");
    expect(rows[1]).toContain("Link 2 in “menu”");
    expect(text(".strip-name")).toContain("20 clicks");
  });

  test("owns up to what it cannot draw", async () => {
    const answers = known();
    answers.heatmap = {
      ...answers.heatmap,
      cells: [
        [64, 27, 95],
        [64, 400, 5],
      ],
      fixedCells: [
        [10, 1, 18],
        [10, 60, 2],
      ],
    };
    open(`/#key=${key}`, answers);
    await soon(() => expect(text(".heat-outside")).toContain("7 clicks beyond the edges"));
    expect(text(".strip-name")).toContain("18 clicks");
  });

  test("follows the page that is chosen in the list, and the search", async () => {
    open(`/#key=${key}`);
    await soon(() => expect(root.querySelectorAll(".page-row")).toHaveLength(2));
    const search = find<HTMLInputElement>(".search");
    search.value = "PRICES";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    await soon(() => expect(root.querySelectorAll(".page-row")).toHaveLength(1));
    find(".page-row").click();
    await soon(() => expect(text(".heat-page")).toBe("/pricing"));
    expect(location.search).toBe("?page=/pricing");
    await soon(() => expect(asked.some(({ searchParams }) => searchParams.get("page") === "/pricing")).toBe(true));
  });

  test("tells where people stop scrolling", async () => {
    const answers = known();
    answers.heatmap = {
      ...answers.heatmap,
      count: 880,
      cells: [],
      fixedCells: [],
      elements: [],
      bands: Array.from({ length: 101 }, (_, i) => 1 - i / 100),
    };
    open(`/?kind=scroll#key=${key}`, answers);
    await soon(() => expect(root.querySelectorAll(".ranked-row")).toHaveLength(10));
    expect(root.querySelector(".ranked-row")?.textContent).toContain("10% of the page (420 px)");
    expect(root.querySelector(".ranked-row")?.textContent).toContain("90%");
  });

  test("draws the most common window width, says which, and goes to another by choice", async () => {
    open(`/#key=${key}`);
    const chosen = (): string | undefined => find<HTMLSelectElement>(".tools select").selectedOptions[0]?.textContent;
    await soon(() => expect(chosen()).toBe("Most common: 1280 to 1535 px"));
    const heat = () =>
      asked
        .filter(({ pathname }) => pathname.endsWith("/heatmap"))
        .at(-1)
        ?.searchParams.get("bucket");
    expect(heat()).toBe("common");
    const select = find<HTMLSelectElement>(".tools select");
    expect([...select.options].map(({ textContent }) => textContent)).toContain("Below 480 px (400 page views)");
    select.value = "all";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await soon(() => expect(location.search).toBe("?bucket=all"));
    await soon(() => expect(heat()).toBeNull());
  });

  test("says what to do when there is nothing to draw", async () => {
    const answers = known();
    answers.heatmap = { ...answers.heatmap, count: 0, views: 0, cells: [], fixedCells: [], elements: [] };
    open(`/?bucket=1536&period=7d#key=${key}`, answers);
    await soon(() => expect(text(".heat .empty-title")).toBe("No clicks here yet"));
    find(".heat .empty-actions .button").click();
    await soon(() => expect(location.search).toBe("?period=7d&bucket=all"));
  });

  test("shows a click that comes while somebody looks", async () => {
    const answers = known();
    open(`/#key=${key}`, answers);
    await soon(() => expect(text(".heat-summary")).toContain("120 clicks"));
    answers.heatmap = { ...answers.heatmap, count: 121, cells: [[64, 27, 101]] };
    await soon(() => expect(text(".heat-summary")).toContain("121 clicks"));
  });
});

describe("an empty site", () => {
  test("waits for the first event and opens by itself", async () => {
    const answers = known();
    const full = known();
    answers.summary = {
      ...answers.summary,
      numbers: { visitors: 0, visits: 0, pageViews: 0, viewsPerVisit: 0, bounceRate: 0, visitDuration: 0 },
    };
    answers.pages = { ...answers.pages, pages: [] };
    open(`/#key=${key}`, answers);
    await soon(() => expect(text(".empty-title")).toBe("Waiting for the first event"));
    Object.assign(answers, full);
    await soon(() => expect(text(".heat-summary")).toContain("120 clicks"));
  });

  test("is told apart from a key without any site", async () => {
    const answers = known();
    answers.sites = { sites: [] };
    open(`/#key=${key}`, answers);
    await soon(() => expect(text(".empty-title")).toBe("This key opens no site yet"));
  });
});

describe("a collector that goes away", () => {
  test("leaves the numbers on screen, says so, and is forgiven", async () => {
    const answers = known();
    const server = collector(answers);
    let away = false;
    history.replaceState(null, "", `/#key=${key}`);
    const view = model({
      window,
      fetch: (input, init) => (away ? Promise.reject(new TypeError("Failed to fetch")) : server.fetch(input, init)),
      every: 20,
    });
    end = view.start();
    render(<App model={view} />, root);
    await soon(() => expect(text(".card")).toContain("8,412"));
    away = true;
    await soon(() => expect(text("[role=status]")).toContain("does not answer"));
    expect(text(".card")).toContain("8,412");
    away = false;
    await soon(() => expect(text(".trouble-hold")).toBe(""));
  });
});

describe("the page behind its heat", () => {
  test("is asked for where nobody has brought it, in the width that is shown, and not at all if nobody wants it", async () => {
    open(`/?page=/pricing#key=${key}`);
    await soon(() => expect(text(".heat-behind")).toContain("the next visitor’s browser will bring it"));
    const questions = (): readonly URL[] => asked.filter(({ pathname }) => pathname.endsWith("/snapshots"));
    expect(Object.fromEntries(questions().at(-1)?.searchParams ?? [])).toEqual({ page: "/pricing", bucket: "1280" });
    const select = [...root.querySelectorAll("select")].find((one) => one.textContent === "PageNone");
    if (!select) throw new Error("there is no choice of a background");
    select.value = "none";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await soon(() => expect(root.querySelector(".heat-behind")).toBeNull());
    expect(location.search).toContain("background=none");
    const before = questions().length;
    await own?.refresh();
    expect(questions()).toHaveLength(before);
  });

  test("belongs to one width", async () => {
    const answers = known();
    open(`/?bucket=all#key=${key}`, { ...answers, heatmap: { ...answers.heatmap, bucket: null } });
    await soon(() => expect(text(".heat-behind")).toContain("Choose one window width"));
  });
});
