/** 256 colours from cold to hot as red, green, blue bytes. */
export type Ramp = Uint8ClampedArray;

/** Lightness 0 to 1, chroma, hue in degrees. */
type Stop = readonly [lightness: number, chroma: number, hue: number];

/** OKLCH to sRGB bytes, after Björn Ottosson, https://bottosson.github.io/posts/oklab/ */
export function toRgb([lightness, chroma, hue]: Stop): readonly [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const byte = (linear: number): number => {
    const bounded = Math.min(1, Math.max(0, linear));
    return Math.round(255 * (bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055));
  };
  return [
    byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Even steps of lightness in one direction: the order can be read without seeing any hue. */
export function ramp(stops: readonly Stop[]): Ramp {
  const colours = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1);
    const from = stops[Math.min(stops.length - 2, Math.floor(place))] ?? [0, 0, 0];
    const to = stops[Math.min(stops.length - 2, Math.floor(place)) + 1] ?? from;
    const t = place - Math.min(stops.length - 2, Math.floor(place));
    const mixed: Stop = [
      from[0] + (to[0] - from[0]) * t,
      from[1] + (to[1] - from[1]) * t,
      from[2] + (to[2] - from[2]) * t,
    ];
    colours.set(toRgb(mixed), i * 3);
  }
  return colours;
}

/** Hot is dark, for light paper. */
export const onLight: Ramp = ramp([
  [0.88, 0.1, 88],
  [0.78, 0.15, 66],
  [0.66, 0.2, 38],
  [0.53, 0.21, 10],
  [0.4, 0.17, -20],
  [0.27, 0.11, -50],
]);

/** Hot is bright, for dark paper. */
export const onDark: Ramp = ramp([
  [0.36, 0.13, -60],
  [0.47, 0.19, -25],
  [0.58, 0.22, 5],
  [0.69, 0.19, 38],
  [0.81, 0.16, 70],
  [0.93, 0.11, 100],
]);

/** `rgb(…)` at a place of 0 to 1. */
export function colourAt(colours: Ramp, place: number): string {
  const at = Math.round(Math.min(1, Math.max(0, place)) * 255) * 3;
  return `rgb(${colours[at]} ${colours[at + 1]} ${colours[at + 2]})`;
}
