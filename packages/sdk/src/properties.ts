import { limits, type Properties } from "@isotherm/protocol";
import { IsothermError } from "./error.js";
import { utf8Length } from "./utf8-length.js";

/** A copy of properties as they are now, since their owner may change them before the freeze. Throws where they cannot be sent. */
export function copyProperties(props: Properties): Properties {
  const text = JSON.stringify(props);
  if (text?.[0] !== "{") throw new IsothermError("event_invalid", "properties must be an object");
  if (utf8Length(text) > limits.propertyBytes || Object.keys(props).length > limits.propertyKeys)
    throw new IsothermError(
      "event_invalid",
      `properties may have ${limits.propertyKeys} keys and ${limits.propertyBytes} bytes`,
    );
  return JSON.parse(text);
}

/** A name as it may travel. Throws where there is none. */
export function eventName(name: string): string {
  if (!name) throw new IsothermError("event_invalid", "an event needs a name");
  return String(name).slice(0, limits.name);
}
