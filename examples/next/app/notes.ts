export const notes = [
  { slug: "heron", title: "The heron", text: "It stood for an hour, and so did I. Neither of us caught anything." },
  {
    slug: "otter",
    title: "The otter",
    text: "A line of bubbles under the bridge, then a head, then nothing all week.",
  },
];
