import type { KeyScope, MemberRole } from "../store/people.js";

/** What a read key may do that says nothing of it: what every read key could before there were scopes. */
export const usualScopes: readonly KeyScope[] = ["stats", "visitors"];

/** What members may do by their role; each may do what the one before may. */
export const roleScopes: { readonly [role in MemberRole]: readonly KeyScope[] } = {
  viewer: usualScopes,
  admin: [...usualScopes, "export", "erase", "keys"],
  owner: [...usualScopes, "export", "erase", "keys", "members"],
};

/** All of them. */
export const allScopes: readonly KeyScope[] = roleScopes.owner;
