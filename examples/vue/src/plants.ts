export interface Plant {
  readonly name: string;
  readonly title: string;
  readonly price: number;
  readonly leaf: string;
  readonly line: string;
  readonly text: string;
}

export const plants: readonly Plant[] = [
  {
    name: "fern",
    title: "Soft shield fern",
    price: 9.5,
    leaf: "#2f7d56",
    line: "For the corner where nothing grows",
    text: "Unrolls in April, stays green through a mild winter, and asks for nothing but a little leaf mould.",
  },
  {
    name: "moss",
    title: "Cushion moss",
    price: 7,
    leaf: "#6d9a3d",
    line: "For stones, and for patience",
    text: "Press it onto damp stone and leave it alone. In three years the stone is gone, in five so is the path.",
  },
  {
    name: "hellebore",
    title: "Hellebore",
    price: 14.5,
    leaf: "#8a5a83",
    line: "For February",
    text: "Flowers when nothing else does. Plant it where you pass on the way to the bus, you will need it there.",
  },
];
