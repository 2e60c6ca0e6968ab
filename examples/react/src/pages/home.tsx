import { Link } from "react-router";
import { breads } from "../breads.ts";
import { Loaf } from "../loaf.tsx";

export function Home() {
  return (
    <>
      <title>Crumb, a small bakery</title>
      <h1>Three breads. Every day.</h1>
      <p className="lead">We bake what we would eat, and stop when the shelf is full.</p>
      <ul className="shelf">
        {breads.map(({ name, title, line, crust }) => (
          <li key={name}>
            <Link to={`/breads/${name}`}>
              <Loaf crust={crust} />
              <strong>{title}</strong>
              <span>{line}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
