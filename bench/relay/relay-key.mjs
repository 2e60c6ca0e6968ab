/** What the relay signs with, which the collector knows too. */
export const relayKey = { id: "rk_Benchmarks00", secret: `whsec_${Buffer.alloc(32, 1).toString("base64")}` };
