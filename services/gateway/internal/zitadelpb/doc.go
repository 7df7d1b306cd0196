// Package zitadelpb has the messages of the part of ZITADEL's Auth API that the gateway answers. The package
// zitadelpbconnect has its service. Names, numbers and HTTP rules in zitadel/*.proto are ZITADEL's: its clients are built
// from the same definitions (contract compat, ZITADEL).
//
// `make proto` generates the code; the test of the generator fails when it is out of date.
package zitadelpb

//go:generate go run ./generate .
