package errs

// Advice tells the developer of a client about an error code.
type Advice struct {
	When string // the code is answered
	Do   string // what the client does then
}

// Catalogue is the one list of the codes that clients of the public API get. The API's description contains it, and the
// tests of the descriptions fail if a route has a code that is not here, or if no route has one that is.
var Catalogue = map[string]Advice{
	// Every route.
	"INTERNAL":               {"Something failed that should not.", "Report the X-Request-Id. Trying again seldom helps."},
	"UNAVAILABLE":            {"Something that the request needs is not available.", "Try again after Retry-After seconds. A write may have been carried out: read before you repeat it."},
	"NOT_FOUND":              {"The path is no route.", "Correct the path."},
	"METHOD_NOT_ALLOWED":     {"The route does not answer the method.", "Use one of the methods in Allow."},
	"VALIDATION_FAILED":      {"The request is malformed, or a value is not allowed.", "Show the messages of `fields` or `errors` beside the fields."},
	"BODY_TOO_LARGE":         {"The body is larger than 1 MiB.", "Send less at once."},
	"REQUEST_TIMEOUT":        {"The body took longer than 10 seconds to arrive, or the network sends too many at once.", "Try again, with fewer requests at once."},
	"UNSUPPORTED_MEDIA_TYPE": {"The body has another content type than the route reads.", "Set Content-Type to the type that the route documents."},
	"CSRF_INVALID":           {"A write has no CSRF token, or that of another session.", "Get the token from `GET /api/auth/csrf-token`, and repeat the request with it."},
	"RATE_LIMITED":           {"The user, the address or the network has asked too often.", "Wait for Retry-After seconds."},

	// Accounts and sessions.
	"EMAIL_EXISTS":            {"Another account has the email address.", "Offer to sign in, or ask for another address."},
	"INVALID_CREDENTIALS":     {"The address is unknown, or the password is wrong.", "Let the user try again or reset the password."},
	"ACCOUNT_INACTIVE":        {"The password is right, but the account is deactivated.", "Tell the user to ask an administrator."},
	"SIGN_IN_BUSY":            {"Too many passwords are being checked.", "Try again after Retry-After seconds."},
	"REFRESH_INVALID":         {"The refresh token is unknown, expired or used, or its session has ended.", "Let the user sign in again."},
	"SESSION_NOT_FOUND":       {"The user has no open session with this id.", "Read the list of sessions again."},
	"INVALID_CODE":            {"The code is wrong or expired.", "Let the user correct it; `attemptsRemaining` says how often."},
	"NO_VERIFICATION_REQUEST": {"No code is expected: none was sent, it was used, or it has expired.", "Offer to send a new code."},
	"MAX_ATTEMPTS_EXCEEDED":   {"Five wrong codes were sent.", "Offer to send a new code."},
	"LAST_ADMIN":              {"The user is the last active administrator.", "Make another user an administrator first."},

	// Sign-in providers.
	"PROVIDER_TOKEN_INVALID":  {"The sign-in provider does not confirm who the user is.", "Let the user try again."},
	"PROVIDER_NOT_CONFIGURED": {"Signing in with the provider is not set up.", "Offer the providers that are configured."},
	"NOT_REGISTERED":          {"Nobody is registered with the account of the provider.", "Offer to register."},
	"PROVIDER_LINKED":         {"The account of the provider, or another one of it, is linked.", "Unlink it first."},
	"PROVIDER_NOT_LINKED":     {"No account of the provider is linked.", "Read the providers again."},
	"LAST_SIGN_IN_METHOD":     {"It is the only way in to the account.", "Set a password, or link another provider first."},
	"MFA_INVALID":             {"The code of the second factor is wrong, was used, or came too late, or the passkey is not accepted.", "Ask for the next code or the passkey, or sign in again."},
	"PASSKEY_INVALID":         {"The passkey is not known or not accepted, or its question was answered or has expired.", "Ask for new options, and let the user try again."},
	"PASSKEY_EXISTS":          {"The passkey is registered already.", "Let the user choose another authenticator."},
	"LAST_FACTOR":             {"The user is an administrator, who needs a second factor, and it is the last one.", "Set up another factor first."},
	"SECOND_FACTOR_REQUIRED":  {"The user is an administrator without a second factor, which administrators need here.", "Set up a second factor, and refresh the tokens."},
	"STEP_UP_REQUIRED":        {"The session began more than ten minutes ago.", "Sign in again, and repeat the request."},
	"FACTOR_NOT_FOUND":        {"The user has no such second factor.", "Read the factors again."},
	"TOO_MANY_FACTORS":        {"The user has ten second factors.", "Remove one first."},
	"EMAIL_NOT_VERIFIED":      {"The address has to be verified first.", "Verify it."},
	"SIGN_IN_FLOW_INVALID":    {"The sign-in has expired, or was finished before.", "Start again."},

	// Exports and imports.
	"TOO_MANY_EXPORTS": {"Three exports are in progress.", "Try again after Retry-After seconds."},
	"TOO_MANY_FEEDS":   {"The replica, or the user, has as many live feeds as it may.", "Close one, or try again after Retry-After seconds."},
	"IMPORT_NOT_FOUND": {"There is no import with this id.", "Read the list of imports."},
	"IMPORT_RUNNING":   {"Another upload of the import is in progress.", "Wait for its end."},
	"IMPORT_CHANGED":   {"The upload is another file than the one that was begun under the import id.", "Use another import id."},
	"UPLOAD_CUT":       {"The upload ended before the file did.", "Upload the file again with the same import id."},
	"IMPORT_STOPPED":   {"The import was interrupted.", "Upload the file again with the same import id."},

	// Subscriptions.
	"PLAN_NOT_FOUND":          {"There is no such plan, or it is not on sale.", "Read the plans again."},
	"NO_SUBSCRIPTION":         {"The user has no subscription that the request could be about.", "Offer to subscribe."},
	"ALREADY_SUBSCRIBED":      {"The user has a subscription.", "Offer to change it instead."},
	"CHECKOUT_NOT_FOUND":      {"The user has no such checkout session.", "Start a checkout."},
	"CHECKOUT_SUPERSEDED":     {"The user started another checkout after this one.", "Go on with the newer one."},
	"CHECKOUT_IN_PROGRESS":    {"A subscription of the user is being made.", "Read the subscription in two minutes."},
	"TRIAL_ALREADY_USED":      {"The user had a free trial.", "Subscribe without the promotion."},
	"NOT_RESUMABLE":           {"The subscription does not end.", "Read the subscription again."},
	"PREVIEW_STALE":           {"The preview has expired, or the subscription has changed since.", "Ask for a new preview, and show it."},
	"PAYMENT_FAILED":          {"The payment was declined; `declineCode` holds the provider's reason.", "Ask for another payment method."},
	"PAYMENT_ACTION_REQUIRED": {"The user has to confirm the payment.", "Confirm it with the provider's script and `clientSecret`."},
	"INVOICE_NOT_FOUND":       {"There is no such invoice.", "Read the invoices again."},
	"INVOICE_NOT_OPEN":        {"The invoice is not waiting for a payment.", "Read the invoice again."},
	"NO_UPCOMING_INVOICE":     {"The subscription ends before its next invoice.", "Show the end of the subscription."},

	// Promotion codes.
	"PROMO_NOT_FOUND":         {"There is no such promotion.", "Ask for another code."},
	"PROMO_INACTIVE":          {"The promotion is not active.", "Ask for another code."},
	"PROMO_NOT_STARTED":       {"The promotion has not started.", "Try again later."},
	"PROMO_EXPIRED":           {"The promotion has ended.", "Ask for another code."},
	"PROMO_EXHAUSTED":         {"The promotion has been redeemed as often as it can be.", "Ask for another code."},
	"PROMO_ALREADY_REDEEMED":  {"The user has redeemed the promotion.", "Ask for another code."},
	"PROMO_FIRST_TIME_ONLY":   {"The promotion is for users who never paid.", "Ask for another code."},
	"PROMO_PLAN_NOT_ELIGIBLE": {"The promotion is not for the plan.", "Offer the plans of the promotion."},
	"PROMO_CURRENCY_MISMATCH": {"The promotion is in another currency than the plan.", "Offer a plan in that currency."},
	"PROMO_CODE_EXISTS":       {"An active promotion has the code.", "Choose another code."},

	// Administration of billing.
	"COUPON_NOT_FOUND":             {"There is no such coupon.", "Read the coupons again."},
	"SUBSCRIPTION_NOT_FOUND":       {"There is no such subscription.", "Read the subscriptions again."},
	"SUBSCRIPTION_ENDED":           {"The subscription has ended.", "Read the subscription again."},
	"NOT_TRIALING":                 {"The subscription is not in a trial.", "Read the subscription again."},
	"NOT_REFUNDABLE":               {"The invoice was not paid by a charge, or less of it is left.", "Read the ledger, and refund less."},
	"EVENT_NOT_FOUND":              {"There is no such event.", "Read the events again."},
	"EVENT_NOT_REPLAYABLE":         {"Events of this kind are not handled.", "Nothing."},
	"RECONCILIATION_RUN_NOT_FOUND": {"There is no such run.", "Read the runs again."},
	"WEBHOOK_SIGNATURE_INVALID":    {"The signature of a webhook is wrong or too old.", "Check the webhook secret and the clock."},

	// The payment provider.
	"PROVIDER_UNAVAILABLE":    {"The payment provider does not answer, or its answer is not known.", "Repeat the request with the same Idempotency-Key."},
	"PROVIDER_REFUSED":        {"The payment provider refused the request.", "Report it: the request will be refused again."},
	"PROVIDER_OBJECT_MISSING": {"The payment provider does not know the object.", "Report it: the object was deleted there."},

	// Repetitions.
	"IDEMPOTENCY_KEY_REUSED":    {"The Idempotency-Key was used with another request.", "Use a new key for each request that is not a repetition."},
	"IDEMPOTENCY_KEY_IN_FLIGHT": {"The first request with the Idempotency-Key is still in progress.", "Repeat the request a little later."},
}
