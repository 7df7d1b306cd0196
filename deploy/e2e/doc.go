// Package e2e tests the running system from outside: HTTP through the gateway, mails as the mail catcher shows them,
// payments on the Stripe fake's page. It imports nothing of the services.
//
// By default the tests build and start a stack of their own on free ports. To test one that runs, name its
// description: MUSTER_E2E_STACK=.muster/stack.json go test ./deploy/e2e
package e2e
