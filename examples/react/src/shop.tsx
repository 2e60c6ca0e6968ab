import { NavLink, Outlet, ScrollRestoration } from "react-router";

export function Shop() {
  return (
    <>
      <header>
        <NavLink to="/" className="mark">
          <img src="/crumb.svg" alt="" width="28" height="28" />
          Crumb
        </NavLink>
        <nav>
          <NavLink to="/" end>
            Breads
          </NavLink>
          <NavLink to="/regulars">Regulars</NavLink>
        </nav>
      </header>
      <main>
        <Outlet />
      </main>
      <footer>Open from six until the shelf is empty.</footer>
      <ScrollRestoration />
    </>
  );
}
