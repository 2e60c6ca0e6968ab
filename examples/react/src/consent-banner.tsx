import { useIsotherm } from "@isotherm/react";
import { useEffect, useState } from "react";

type Choice = "granted" | "denied";

export function ConsentBanner() {
  const isotherm = useIsotherm();
  const [choice, setChoice] = useState(() => localStorage.getItem("consent") as Choice | null);

  useEffect(() => {
    if (choice) isotherm.consent(choice);
  }, [isotherm, choice]);

  if (choice) return null;
  const choose = (next: Choice) => {
    localStorage.setItem("consent", next);
    setChoice(next);
  };
  return (
    <section className="consent" aria-label="Your choice">
      <p>May we count which breads are looked at? We would know you again by a number, and it stays in this bakery.</p>
      <button type="button" className="quiet" onClick={() => choose("denied")}>
        No
      </button>
      <button type="button" onClick={() => choose("granted")}>
        Yes
      </button>
    </section>
  );
}
