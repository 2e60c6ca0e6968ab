import Link from "next/link";
import { notes } from "./notes";

export default function Home() {
  return (
    <>
      <h1>River notes</h1>
      <ul>
        {notes.map(({ slug, title }) => (
          <li key={slug}>
            <Link href={`/notes/${slug}`}>{title}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
