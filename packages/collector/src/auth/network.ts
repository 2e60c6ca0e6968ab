import { isIPv6 } from "node:net";

/**
 * The network that an address is counted with: an IPv4 address stands for itself, an IPv6 address for its /64, of which one
 * household has all: https://www.rfc-editor.org/rfc/rfc6177#section-2
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const [front, back] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const whole = [...front, ...Array.from({ length: zeros }, () => "0"), ...back];
  return `${whole
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
