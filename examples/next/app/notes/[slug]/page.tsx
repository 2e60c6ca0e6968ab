import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { notes } from "../../notes";
import { Applause } from "./applause";

type Props = { params: Promise<{ slug: string }> };

const noteOf = async ({ params }: Props) => {
  const { slug } = await params;
  return notes.find((note) => note.slug === slug) ?? notFound();
};

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await noteOf(props)).title };
}

export default async function Note(props: Props) {
  const { title, text } = await noteOf(props);
  return (
    <article>
      <h1>{title}</h1>
      <p>{text}</p>
      <Applause note={title} />
    </article>
  );
}
