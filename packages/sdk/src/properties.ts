import { limits, type Properties } from "@isotherm/protocol";
import { utf8Length } from "./utf8-length.js";

/** A copy of properties as they are now, since their owner may change them before the freeze. Throws where they cannot be sent. */
export function copyProperties(props: Properties = {}): Properties | undefined {
  const text = JSON.stringify(props);
  const names = Object.keys(props).length;
  if (text[0] !== "{" || utf8Length(text) > limits.propertyBytes || names > limits.propertyKeys) throw "properties";
  return names ? JSON.parse(text) : undefined;
}

/** A name as it may travel. Throws where there is none. */
export function eventName(name: string): string {
  if (!name) throw "name";
  return `${name}`.slice(0, limits.name);
}
