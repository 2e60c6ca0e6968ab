export interface Bread {
  readonly name: string;
  readonly title: string;
  readonly price: number;
  readonly crust: string;
  readonly line: string;
  readonly text: string;
}

export const breads: readonly Bread[] = [
  {
    name: "rye",
    title: "Rye",
    price: 6.4,
    crust: "#5d3a22",
    line: "Dark, sour, keeps for a week",
    text: "Coarse rye and a leaven that is older than the bakery. It rests for a day before we sell it, and is best on the third.",
  },
  {
    name: "spelt",
    title: "Spelt",
    price: 5.8,
    crust: "#b4622d",
    line: "Nutty, with a crackling crust",
    text: "Stone-ground spelt from the valley, a little honey, and eighteen hours in the cold. Eat it warm, or toast it.",
  },
  {
    name: "potato",
    title: "Potato",
    price: 5.2,
    crust: "#d79a4e",
    line: "Soft, for those who slice thick",
    text: "Boiled potatoes in the dough keep the crumb moist for days. The one that children ask for.",
  },
];
