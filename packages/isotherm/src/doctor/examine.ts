import { parseUrl } from "@isotherm/protocol";
import { type Answer, ask, textOf } from "./ask.js";
import { examineAddress } from "./examine-address.js";
import { examineIntake } from "./examine-intake.js";
import { examineLists, sessionRequests } from "./examine-lists.js";
import { examineScript } from "./examine-script.js";
import type { Filter } from "./filter.js";
import { type Finding, fail, ok, warn } from "./finding.js";
import { type Attributes, readPage } from "./page.js";
import { forbidden } from "./policy.js";

/** What is examined, and what is known of it. */
export interface Examination {
  /** Address of a page of the site. */
  readonly page: string;
  /** The intake's path, for pages whose bundle holds the SDK. */
  readonly to?: string | undefined;
  /** The caller's public address. */
  readonly address?: string | undefined;
  readonly filters?: readonly Filter[] | undefined;
}

/** Looks at a deployment from outside, as a browser would, and keeps nothing anywhere. */
export async function examine(asked: Examination): Promise<readonly Finding[]> {
  let answer: Answer;
  try {
    answer = await ask(asked.page, { redirect: "follow", headers: { accept: "text/html" } });
  } catch (error) {
    return [fail("page", `${asked.page} gives no answer: ${(error as Error).message}`, "check the address")];
  }
  const page = new URL(answer.url);
  if (answer.status !== 200)
    return [fail("page", `${page} answers ${answer.status}`, "name a page that has the snippet")];
  const { snippet, policies } = readPage(textOf(answer));
  const findings: Finding[] = [ok("page", `${page} answers 200`)];
  const target = snippet?.get("data-to") ?? asked.to;
  const intake = target === undefined ? undefined : parseUrl(target, page);
  if (intake === undefined) {
    const fix =
      "put the line of isotherm init into the page's head; where a bundle holds the SDK, name the intake with --to";
    return [...findings, fail("snippet", "no tag with data-key and data-to is in the page", fix)];
  }
  findings.push(snippet === undefined ? warn("snippet", "none: the intake is the one of --to", "") : judge(snippet));
  const source = snippet?.get("src");
  const script = source === undefined ? undefined : parseUrl(source, page);
  const integrity = (snippet?.get("integrity") ?? "").split(/\s+/).filter((hash) => hash !== "");
  findings.push(firstParty(page, [...(script === undefined ? [] : [script]), intake]));
  if (script !== undefined) findings.push(...(await examineScript(script, integrity, page)));
  const intakeFindings = await examineIntake(intake, page);
  findings.push(...intakeFindings);
  if (intakeFindings.some(({ check, state }) => check === "intake" && state === "ok"))
    findings.push(await examineAddress(intake, asked.address));
  findings.push(
    policy([...(answer.headers.get("content-security-policy") ?? "").split("\n"), ...policies], {
      page,
      script,
      nonce: snippet?.get("nonce"),
      integrity,
      loadsMore: (snippet?.get("data-use") ?? "") !== "",
      intake,
    }),
    examineLists(sessionRequests(page, script, intake), asked.filters),
  );
  return findings;
}

function judge(snippet: Attributes): Finding {
  const fix = "print the tag again with isotherm init";
  if (!/^pk_\w+$/.test(snippet.get("data-key") ?? "")) return fail("snippet", "data-key is no public key", fix);
  if ((snippet.get("src") ?? "") === "") return fail("snippet", "the tag loads nothing: it has no src", fix);
  if (!snippet.has("async") && !snippet.has("defer") && snippet.get("type") !== "module")
    return warn("snippet", "the page waits for the script", "write async into the tag");
  return ok("snippet", `the tag loads ${snippet.get("src")} and sends to ${snippet.get("data-to")}`);
}

function firstParty(page: URL, addresses: readonly URL[]): Finding {
  const insecure = addresses.find(({ protocol }) => page.protocol === "https:" && protocol === "http:");
  if (insecure !== undefined)
    return fail(
      "first-party",
      `${insecure} is not secure, and the page is`,
      "browsers refuse that: write the path alone",
    );
  const foreign = addresses.find(({ origin }) => origin !== page.origin);
  if (foreign !== undefined)
    return warn(
      "first-party",
      `${foreign.origin} is not the page's origin`,
      "put the relay under the site's own: blockers look at others first",
    );
  return ok("first-party", "script and intake lie under the page's own origin");
}

function policy(policies: readonly string[], wanted: Parameters<typeof forbidden>[1]): Finding {
  const stated = policies.filter((text) => text.trim() !== "");
  const [fault, ...others] = forbidden(stated, wanted);
  if (fault !== undefined)
    return fail(
      "policy",
      [fault, ...others].join("; "),
      "allow it in the Content-Security-Policy: 'self' or the tag's nonce is enough",
    );
  return ok(
    "policy",
    stated.length === 0 ? "the page has no Content-Security-Policy" : "the Content-Security-Policy lets both pass",
  );
}
