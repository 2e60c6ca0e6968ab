/** The style of `/docs`, in light and dark, without anything to load. */
export const docsStyle: string = `
:root { color-scheme: light dark; --paper: #fcfcfb; --card: #fff; --ink: #1d1f24; --soft: #62666f; --line: #e3e4e8; --accent: #b4411f; --code: #f3f3f0; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171b; --card: #1c1f24; --ink: #e9eaed; --soft: #a0a5b0; --line: #30343c; --accent: #ff9a6b; --code: #23262d; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; }
a { color: var(--accent); text-underline-offset: .2em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.frame { display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 3rem; max-width: 76rem; margin: 0 auto; padding: 2.5rem 1.5rem 6rem; }
nav { position: sticky; top: 2rem; align-self: start; max-height: calc(100vh - 4rem); overflow: auto; font-size: .9rem; }
nav ul { list-style: none; margin: 0 0 1.25rem; padding: 0; }
nav a { display: block; padding: .15rem .5rem; border-radius: 6px; color: var(--ink); text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { background: var(--code); }
nav p { margin: 0 0 .25rem .5rem; color: var(--soft); font-size: .8rem; }
h1 { margin: 0 0 .5rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.02em; }
h2 { margin: 3.5rem 0 1rem; font-size: 1.35rem; letter-spacing: -.01em; }
h3 { margin: 0 0 .25rem; font-size: 1.05rem; font-weight: 600; overflow-wrap: anywhere; }
h4 { margin: 1.25rem 0 .35rem; font-size: .85rem; font-weight: 600; color: var(--soft); }
.card { margin: 0 0 1.25rem; padding: 1.25rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.method { margin-right: .5rem; color: var(--accent); }
.soft { color: var(--soft); }
p { margin: .35rem 0; }
code { padding: .1em .35em; border-radius: 5px; background: var(--code); font: .88em/1.5 ui-monospace, "SFMono-Regular", Menlo, monospace; overflow-wrap: anywhere; }
h3 code { padding: 0; background: none; font-size: 1em; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .45rem .75rem .45rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { border-top: 0; color: var(--soft); font-weight: 500; font-size: .85rem; }
td:first-child { white-space: nowrap; }
@media (max-width: 52rem) { .frame { grid-template-columns: minmax(0, 1fr); gap: 1.5rem; padding: 1.5rem 1rem 4rem; } nav { position: static; max-height: none; } .card { padding: 1rem; } }
`;
