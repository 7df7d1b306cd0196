// The script of the page that browser.mjs opens.
import { callAll } from "./calls.mjs";
import { addPasskey, signInWithPasskey, verifyWithPasskey } from "./passkeys.mjs";
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

// passkeys adds a passkey to the user of the session, signs in with it alone, and after the password. It returns the answers, and
// the name of the error of a second passkey on the same authenticator.
async function passkeys({ api, session, email, password }) {
  const call = async (path, body) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${session.accessToken}`, "x-csrf-token": session.csrfToken };
    const response = await fetch(api.replace(/\/api$/, "") + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const added = await addPasskey(call, "Browser");
  const again = await addPasskey(call, "Again").then(() => "", (error) => error.name);
  const alone = await signInWithPasskey(call);
  const { mfaToken, methods } = await call("/api/auth/login", { email, password });
  return { added, again, alone, methods, verified: await verifyWithPasskey(call, mfaToken) };
}

// refused tells whether the browser withholds the answers of the API from this page.
const refused = ({ api }) => fetch(`${api}/billing/plans`).then(() => false, () => true);

Object.assign(window, { callAll, watch, refused, passkeys });
