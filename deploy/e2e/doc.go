// Package e2e tests the running system from the outside: HTTP through the gateway, mails in the mail catcher, payments
// on the Stripe fake's page. It does not import any code of the services.
//
// By default the tests build and start their own stack on free ports. README.md explains how to test a running one.
package e2e
