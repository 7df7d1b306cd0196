package asyncapi

import "muster/libs/contracts"

// about is what a topic is, for readers.
type about struct{ title, text string }

// topics tell what the topics are.
var topics = map[string]about{
	contracts.TopicAccount:       {"Accounts", "The state of each account: how a user signs in. It has no credentials."},
	contracts.TopicAccountEvents: {"Account events", "What happened to accounts: sign-ins, ended sessions, changed passwords, refused attempts."},
	contracts.TopicUser:          {"Users", "The state of each user: name, address, type. It has no custom properties."},
	contracts.TopicUserEvents:    {"User events", "What happened to users. It has no personal data."},
	contracts.TopicSubscription:  {"Subscriptions", "The state of each user's billing: the current subscription and the promotion that applies to it."},
	contracts.TopicBillingEvents: {"Billing events", "What happened to subscriptions, invoices, redemptions and promotions, and what reconciliation with Stripe found."},
	contracts.TopicLedger: {"Ledger", "Every movement of money between a customer and the operator. Entries are only ever added. " +
		"The sum of `amount` over any selection of one currency is the net that was collected."},
}
