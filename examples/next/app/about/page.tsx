import type { Metadata } from "next";

export const metadata: Metadata = { title: "About" };

export default function About() {
  return <h1>Written by the water</h1>;
}
