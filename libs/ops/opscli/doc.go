// Package opscli is the command "muster ops". It calls the routes of libs/ops on a service's internal listener and
// prints the answers as tables, or as JSON for programs.
package opscli
