/** Labels of one number, as `{ target: "isotherm" }`. */
export type Labels = { readonly [label: string]: string };

/** A number by its labels. */
export type Show = (labels: Labels, value: number) => void;

/** Numbers as they are at one moment, for Prometheus. */
export interface Meters {
  /** Names a number that only grows, and says what it counts; its name ends with `_total`. */
  counter(name: string, help: string): Show;
  gauge(name: string, help: string): Show;
  /** All of them (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format). */
  text(): string;
}

/** No numbers yet; every name begins with `isotherm_relay_`. */
export function meters(): Meters {
  const lines: { readonly head: string; readonly samples: string[] }[] = [];
  const meter =
    (type: "counter" | "gauge") =>
    (name: string, help: string): Show => {
      const whole = `isotherm_relay_${name}`;
      const samples: string[] = [];
      lines.push({ head: `# HELP ${whole} ${help}\n# TYPE ${whole} ${type}\n`, samples });
      return (labels, value) => {
        const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
        samples.push(`${whole}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`);
      };
    };
  return {
    counter: meter("counter"),
    gauge: meter("gauge"),
    text: () => lines.map(({ head, samples }) => `${head}${samples.join("")}`).join("\n"),
  };
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
