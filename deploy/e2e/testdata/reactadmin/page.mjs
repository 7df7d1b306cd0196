// The script of the page that browser.mjs opens.
import { callAll } from "./calls.mjs";
import { watchUsers } from "./watch.mjs";

// watch makes the calls while the live feed is open, and returns the outcomes and the first events until a user was
// deleted.
async function watch(input) {
  const stop = new AbortController();
  const events = [];
  let outcomes;
  let failure;
  await new Promise((done) => {
    const changed = async (event) => {
      events.push(event);
      if (event.kind === "ready") outcomes = await callAll(input);
      if (event.kind === "deleted") done();
    };
    watchUsers(input.api.replace(/\/api$/, ""), async () => input.session.accessToken, changed, stop.signal).catch((e) => {
      failure = String(e);
      done();
    });
  });
  stop.abort();
  return { outcomes, events, failure };
}

// refused tells whether the browser withholds the answers of the API from this page.
const refused = ({ api }) => fetch(`${api}/billing/plans`).then(() => false, () => true);

Object.assign(window, { callAll, watch, refused });
