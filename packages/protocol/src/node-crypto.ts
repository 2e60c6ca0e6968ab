type NodeCrypto = Pick<typeof import("node:crypto"), "createHash" | "createHmac" | "createSecretKey">;

/** Node's own cryptography, which answers at once; undefined elsewhere, where there is WebCrypto. */
export function nodeCrypto(): NodeCrypto | undefined {
  // Asked for by name at run time, since a bundle for browsers or Workers cannot import it. Node has that since 20.16.
  const { process } = globalThis as { readonly process?: { readonly getBuiltinModule?: (id: string) => unknown } };
  try {
    return process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
  } catch {
    // Next.js's edge runtime has a `process` that throws at whatever is Node's.
    return undefined;
  }
}
