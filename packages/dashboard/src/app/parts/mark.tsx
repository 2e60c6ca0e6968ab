import type { JSX } from "preact";

/** The sign of Isotherm: lines of equal heat. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        class="mark-outer"
        d="M16 3.500c7.600 0 12.500 5 12.500 12 0 7.400-5.300 13-12.300 13C8.800 28.500 3.500 23.400 3.500 16 3.500 8.700 8.600 3.500 16 3.500z"
      />
      <path
        class="mark-inner"
        d="M16.600 9c4.300 0 6.700 2.900 6.700 6.800 0 4.300-3 7.200-7 7.200-4.200 0-7-3-7-7 0-4 2.900-7 7.300-7z"
      />
      <circle class="mark-core" cx="16.500" cy="15.900" r="2.500" />
    </svg>
  );
}
