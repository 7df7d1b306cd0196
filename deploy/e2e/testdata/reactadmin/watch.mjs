import { fetchEventSource } from "@microsoft/fetch-event-source";

// watchUsers calls onChange({ kind, id }) until the signal aborts. freshToken returns a promise of a valid access token.
export function watchUsers(api, freshToken, onChange, signal) {
  return fetchEventSource(`${api}/api/users/full/events`, {
    signal,
    openWhenHidden: true,
    fetch: async (url, options) =>
      fetch(url, { ...options, headers: { ...options.headers, authorization: `Bearer ${await freshToken()}` } }),
    onopen: async (response) => {
      if (!response.ok) throw new Error(`the live feed answers ${response.status}`);
    },
    onmessage: ({ data }) => data && onChange(JSON.parse(data)),
    onclose: () => {
      throw new Error("the live feed has ended"); // so that it is opened again
    },
  });
}
