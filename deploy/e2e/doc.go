// Package e2e tests the running system from outside: HTTP through the gateway, mails as the mail catcher shows them,
// payments on the Stripe fake's page. It imports nothing of the services.
//
// By default the tests build and start a stack of their own on free ports. README.md says how to test one that runs.
package e2e
