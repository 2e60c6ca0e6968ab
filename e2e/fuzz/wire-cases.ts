import { mutateBytes } from "./mutate-bytes.js";
import type { Random } from "./random.js";
import type { Writing } from "./socket.js";

/** Something that goes over a connection as it is. */
export interface WireCase extends Writing {
  readonly name: string;
  /** How many requests of it are good, and have to be accepted. @default 0 */
  readonly good?: number;
  /** There has to be an answer: nothing is missing that may still follow. @default true, unless the client leaves */
  readonly answered?: boolean;
}

/** A good request in its parts. */
export interface Parts {
  /** As `POST /v1/batches HTTP/1.1`. */
  readonly line: string;
  /** Its headers, of which each line ends. */
  readonly fields: string;
  readonly body: string;
}

const end = "\r\n";
const whole = ({ line, fields, body }: Parts): string =>
  `${line}${end}${fields}content-length: ${Buffer.byteLength(body)}${end}${end}${body}`;
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}${end}${text}${end}`;

/** What clients and attackers do to HTTP itself; `fresh` makes a good request whose batch was never sent. */
export function wireCases(fresh: () => Parts): readonly WireCase[] {
  const sized = (length: string): string => {
    const { line, fields, body } = fresh();
    return `${line}${end}${fields}content-length: ${length}${end}${end}${body}`;
  };
  const chunked = (make: (body: string) => string, coding = "chunked", more = ""): string => {
    const { line, fields, body } = fresh();
    return `${line}${end}${fields}transfer-encoding: ${coding}${end}${more}${end}${make(body)}`;
  };
  const withField = (field: string): string => {
    const parts = fresh();
    return whole({ ...parts, fields: `${parts.fields}${field}${end}` });
  };
  const withLine = (change: (line: string) => string): string => {
    const parts = fresh();
    return whole({ ...parts, line: change(parts.line) });
  };
  const one = (name: string, text: string, rest: Partial<WireCase> = {}): WireCase => ({
    name,
    pieces: [text],
    ...rest,
  });
  const accepted = { good: 1, enough: 1 };
  const rightly = (body: string): string => `${chunk(body.slice(0, 50))}${chunk(body.slice(50))}0${end}${end}`;
  const half = (text: string): string => text.slice(0, text.length - 100);

  return [
    one("a good request", whole(fresh()), accepted),
    one("a body cut in the middle", half(whole(fresh())), { leaves: true }),
    one("headers cut in the middle", whole(fresh()).slice(0, 60), { leaves: true }),
    one("nothing at all", "", { leaves: true }),
    one("a length that is too short", sized("20")),
    one("a length that is too long", sized("5000"), { leaves: true }),
    ...["-1", "+5", "0x10", "1e3", "", "5, 6", "99999999999999999999999", "18446744073709551616"].map((length) =>
      one(`a length of "${length}"`, sized(length)),
    ),
    one("a length of 2 GiB", sized("2147483648"), { enough: 1 }),
    one("two lengths", withField("content-length: 3")),
    one("chunks", chunked(rightly), accepted),
    one(
      "chunks with extensions",
      chunked((body) => rightly(body).replace(end, `;a=b;c="d"${end}`)),
      accepted,
    ),
    one(
      "chunks and a trailer",
      chunked((body) => rightly(body).slice(0, -2).concat(`x-more: 1${end}${end}`)),
      accepted,
    ),
    one(
      "chunks without a last one",
      chunked((body) => chunk(body)),
      { leaves: true },
    ),
    one(
      "a chunk that is cut",
      chunked((body) => half(chunk(body))),
      { leaves: true },
    ),
    one(
      "a chunk of a wrong size",
      chunked((body) => `5${end}${body}${end}0${end}${end}`),
    ),
    one(
      "a chunk size that is none",
      chunked((body) => `zz${end}${body}${end}0${end}${end}`),
    ),
    one(
      "a chunk size without end",
      chunked((body) => `${"F".repeat(40)}${end}${body}`),
    ),
    one(
      "chunk extensions without end",
      chunked((body) => `5;${"a".repeat(40_000)}${end}${body}`),
    ),
    one(
      "chunks of more than a request may have",
      chunked(() => chunk("x".repeat(65_536)).repeat(20)),
      { enough: 1 },
    ),
    one("chunks beside a length", chunked(rightly, "chunked", `content-length: 10${end}`)),
    ...["gzip, chunked", "chunked, chunked", "identity", "chunked, gzip", "xchunked", " chunked"].map((coding) =>
      one(`the coding "${coding}"`, chunked(rightly, coding)),
    ),
    one("five requests at once", Array.from({ length: 5 }, () => whole(fresh())).join(""), { good: 5, enough: 5 }),
    one("rubbish between two requests", `${whole(fresh())}rubbish${end}${end}${whole(fresh())}`, { good: 1 }),
    one("empty lines before a request", `${end}${end}${whole(fresh())}`, accepted),
    { name: "a byte at a time", pieces: [...whole(fresh())].map(String), pace: 1, ...accepted },
    one(
      "HTTP/1.0",
      withLine((line) => line.replace("1.1", "1.0")),
      { good: 1 },
    ),
    one(
      "HTTP/9.9",
      withLine((line) => line.replace("1.1", "9.9")),
    ),
    one(
      "no version",
      withLine((line) => line.replace(" HTTP/1.1", "")),
    ),
    one("HTTP/2", `PRI * HTTP/2.0${end}${end}SM${end}${end}`),
    one("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    one(
      "a method that nobody knows",
      withLine((line) => line.replace("POST", "BREW")),
    ),
    one(
      "a method in small letters",
      withLine((line) => line.replace("POST", "post")),
    ),
    // Node hangs up without a word: https://nodejs.org/api/http.html#event-connect_1
    one("CONNECT", `CONNECT other.example:443 HTTP/1.1${end}host: other.example${end}${end}`, { answered: false }),
    one(
      "another server's address",
      withLine((line) => line.replace(" /", " http://other.example/")),
    ),
    one(
      "an address of 40 KB",
      withLine((line) => line.replace(" HTTP", `?${"a".repeat(40_000)} HTTP`)),
    ),
    one(
      "an address with NUL",
      withLine((line) => line.replace(" HTTP", "?\0 HTTP")),
    ),
    one(
      "an address of bytes",
      withLine((line) => line.replace(" HTTP", "?\xff\xfe HTTP")),
    ),
    one("no host", whole({ ...fresh(), fields: "" })),
    one("two hosts", withField("host: other.example")),
    one("an expectation", withField("expect: 100-continue"), accepted),
    one("an expectation that nobody can meet", withField("expect: miracles")),
    one("an upgrade", withField(`connection: upgrade${end}upgrade: websocket`), { enough: 1 }),
    one("a header of 40 KB", withField(`x-a: ${"a".repeat(40_000)}`)),
    one("3,000 headers", withField(Array.from({ length: 3_000 }, (_, at) => `x-${at}: 1`).join(end))),
    one("a header with NUL", withField("x-a: \0")),
    one("a header without colon", withField("nonsense")),
    one("a folded header", withField(`x-a: 1${end} 2`)),
    one("a header with a space before its colon", withField("x-a : 1")),
    one("line feeds alone", whole(fresh()).replaceAll(end, "\n")),
    one("carriage returns alone", whole(fresh()).replaceAll(end, "\r")),
  ];
}

/** A request of which any byte may be wrong, headers and all. */
export function wireMutant(fresh: () => Parts, random: Random): WireCase {
  const { bytes, how } = mutateBytes(new Uint8Array(Buffer.from(whole(fresh()))), random);
  const at = random.below(bytes.length + 1);
  return {
    name: how.join(", "),
    pieces: [bytes.slice(0, at), bytes.slice(at)],
    leaves: random.chance(0.5),
    enough: 1,
    answered: false,
  };
}
