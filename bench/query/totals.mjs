/** What the generator knows that it made, by local day; the answers are checked against it. */
export function totals() {
  const days = {};
  const people = new Set();
  const day = (name) => {
    days[name] ??= {
      ...{ visits: 0, passing: 0, lasting: [], views: 0, clicks: 0, customs: 0, hotViews: 0, hotClicks: 0 },
      ...{ countries: {}, hotClicksByCountry: {}, newsletter: 0 },
    };
    return days[name];
  };
  let [visits, events] = [0, 0];
  return {
    add({ day: name, person, machine, facts }) {
      events += facts.events;
      if (machine) return;
      visits++;
      const sums = day(name);
      sums.visits++;
      if (person.visitor === undefined) sums.passing++;
      else sums.lasting.push(person.number);
      for (const count of ["views", "clicks", "customs", "hotViews", "hotClicks"]) sums[count] += facts[count];
      sums.countries[person.country] = (sums.countries[person.country] ?? 0) + 1;
      sums.hotClicksByCountry[person.country] = (sums.hotClicksByCountry[person.country] ?? 0) + facts.hotClicks;
      if (facts.source === "newsletter") sums.newsletter++;
      people.add(person.number);
    },
    read: () => ({ visits, events, people: people.size, days }),
  };
}
