import { useExperiment, useIsotherm } from "@isotherm/react";
import { useState } from "react";
import { useParams } from "react-router";
import { breads } from "../breads.ts";
import { tests } from "../experiments.ts";
import { Loaf } from "../loaf.tsx";

export function Bread() {
  const { name } = useParams();
  const isotherm = useIsotherm();
  const label = useExperiment(tests, "order button") ?? "Order";
  const [ordered, setOrdered] = useState("");
  const bread = breads.find((one) => one.name === name);
  if (!bread) return <h1>We do not bake that.</h1>;

  const { title, text, price, crust } = bread;
  const order = () => {
    isotherm.goal("order", { value: price, currency: "EUR" });
    setOrdered(title);
  };
  return (
    <article>
      <title>{`${title} | Crumb`}</title>
      <Loaf crust={crust} />
      <h1>{title}</h1>
      <p className="lead">{text}</p>
      <p>
        <button type="button" onClick={order}>
          {label}
        </button>
        <span className="price">{price.toFixed(2)} €</span>
      </p>
      {ordered === title && <p role="status">It is put aside for you.</p>}
    </article>
  );
}
