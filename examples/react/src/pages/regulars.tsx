import { useIsotherm } from "@isotherm/react";
import { type FormEvent, useState } from "react";

export function Regulars() {
  const isotherm = useIsotherm();
  const [number, setNumber] = useState("");

  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const card = String(new FormData(event.currentTarget).get("card"));
    isotherm.identify(card);
    isotherm.track("card shown", { from: "regulars" });
    setNumber(card);
  };
  const leave = () => {
    isotherm.reset();
    setNumber("");
  };
  return (
    <article>
      <title>Regulars | Crumb</title>
      <h1>Regulars</h1>
      <p className="lead">Ten breads, and the eleventh is ours.</p>
      {number ? (
        <p role="status">
          Card {number} is on the counter.{" "}
          <button type="button" className="quiet" onClick={leave}>
            Put it away
          </button>
        </p>
      ) : (
        <form onSubmit={enter}>
          <label>
            The number on your card
            <input name="card" required pattern="\d{4}" inputMode="numeric" placeholder="0042" autoComplete="off" />
          </label>
          <button type="submit">Show it</button>
        </form>
      )}
    </article>
  );
}
