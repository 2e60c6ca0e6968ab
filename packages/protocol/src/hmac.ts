/** Makes HMAC-SHA-256 codes under one key. */
export type Hmac = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> | Uint8Array;

type NodeCrypto = Pick<typeof import("node:crypto"), "createHmac" | "createSecretKey">;

/**
 * The key of these bytes, by whichever cryptography there is. WebCrypto hands every code to another thread and back, which
 * costs ten times what the code itself does; Node's own makes it at once.
 */
export function hmac(bytes: Uint8Array<ArrayBuffer>): Hmac {
  const node = nodeCrypto();
  if (node) {
    const key = node.createSecretKey(bytes);
    return (message) => node.createHmac("sha256", key).update(message).digest();
  }
  const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return async (message) => new Uint8Array(await crypto.subtle.sign("HMAC", await key, message));
}

/** Asked for by name at run time, since a bundle for browsers or Workers cannot import it. Node has that since 20.16. */
function nodeCrypto(): NodeCrypto | undefined {
  const { process } = globalThis as { readonly process?: { readonly getBuiltinModule?: (id: string) => unknown } };
  try {
    return process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
  } catch {
    // Next.js's edge runtime has a `process` that throws at whatever is Node's.
    return undefined;
  }
}
