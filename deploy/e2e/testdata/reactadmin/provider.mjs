import { fetchUtils } from "ra-core"; // or "react-admin"
import simpleRestProvider from "ra-data-simple-rest";

// usersProvider returns a data provider for the resources "users", "users/full" and "users/verification-requests".
// api is the gateway's address followed by /api. session() is what the last sign-in or refresh has answered.
export function usersProvider(api, session) {
  return simpleRestProvider(api, (url, options = {}) => {
    const headers = new Headers(options.headers);
    headers.set("accept", "application/json");
    headers.set("authorization", `Bearer ${session().accessToken}`);
    headers.set("x-csrf-token", session().csrfToken);
    headers.set("prefer", "list=array, return=representation");
    return fetchUtils.fetchJson(url, { ...options, headers });
  });
}
