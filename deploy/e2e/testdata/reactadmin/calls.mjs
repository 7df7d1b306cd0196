// Calls methods of react-admin's data provider, one after the other, and returns their outcomes: {result} or {status,
// message}. input is {api, session, calls: [{method, resource, params}]}.
import { usersProvider } from "./provider.mjs";

export async function callAll({ api, session, calls }) {
  const provider = usersProvider(api, () => session);
  const outcomes = [];
  for (const { method, resource, params } of calls) {
    try {
      outcomes.push({ result: await provider[method](resource, params) });
    } catch ({ status, message }) {
      outcomes.push({ status, message });
    }
  }
  return outcomes;
}
