// The story of the README of Muster: a user registers, verifies the address, signs in and subscribes, and an administrator
// sees it. It needs the addresses of a running system: GATEWAY, MAIL, ADMIN_EMAIL and ADMIN_PASSWORD.
import { createMuster, must, MusterError, needsSecondFactor, type SecondFactorRequired, type SignedIn } from "@muster/client";

const env = (name: string, otherwise: string): string => process.env[name] ?? otherwise;
const baseUrl = env("GATEWAY", "http://127.0.0.1:8080");
const mail = env("MAIL", "http://127.0.0.1:8025");

const muster = createMuster({ baseUrl });

/** The accounts of this story have no second factor. */
function signedIn(answer: SignedIn | SecondFactorRequired): SignedIn {
  if (needsSecondFactor(answer)) throw new Error("the account has a second factor");
  return answer;
}

const email = `ann-${Date.now()}@example.com`;
const password = "correct horse battery";

const registered = await must(muster.POST("/api/auth/register", { body: { email, password, firstName: "Ann" } }));
console.log("registered", registered.user.email, registered.emailVerificationRequired);

const letter = (await (await fetch(`${mail}/api/v1/message/latest`)).json()) as { Text: string };
const code = /Your code: ([a-z0-9]{12})/.exec(letter.Text)?.[1] ?? "";
console.log((await must(muster.POST("/api/auth/verify-email", { body: { email, code } }))).message);

muster.session = signedIn(await must(muster.POST("/api/auth/login", { body: { email, password } })));
const me = await must(muster.GET("/api/users/me"));
console.log("signed in as", me.username, me.typeCode);

const users = await must(
  muster.GET("/api/users", { params: { query: { page: 1, perPage: 5, sort: ["createdAt", "DESC"], filter: { isActive: true } } } }),
);
console.log("users", users.data.length, users.total >= users.data.length);

const plans = await must(muster.GET("/api/billing/plans"));
const plan = plans.data[0];
if (!plan) throw new Error("there is no plan");
const checkout = await must(
  muster.POST("/api/billing/checkout-sessions", {
    body: { planId: plan.id, successUrl: "http://127.0.0.1:3000/thanks", cancelUrl: "http://127.0.0.1:3000/plans" },
  }),
);
await fetch(checkout.url, { method: "POST", body: new URLSearchParams({ outcome: "pay" }), redirect: "manual" });
const subscription = await must(muster.GET("/api/billing/subscription"));
console.log("subscribed", subscription?.planName, subscription?.status);

const admin = createMuster({ baseUrl });
admin.session = signedIn(
  await must(
    admin.POST("/api/auth/login", {
      body: { email: env("ADMIN_EMAIL", "admin@muster.local"), password: env("ADMIN_PASSWORD", "muster-admin-demo") },
    }),
  ),
);
const full = await must(
  admin.GET("/api/users/full", {
    params: { query: { filter: { subscriptionStatus: "active", email }, sort: ["subscriptionChargedAmount", "DESC"] } },
  }),
);
console.log("administrators see", full.total, full.data[0]?.subscriptionStatus);

try {
  await must(muster.GET("/api/users/full"));
} catch (error) {
  if (!(error instanceof MusterError)) throw error;
  console.log("others get", error.status, error.message);
}
