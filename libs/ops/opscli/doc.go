// Package opscli is the command "muster ops": it calls the routes of libs/ops on a service's internal listener and shows
// the answers as tables, or as JSON for programs.
package opscli
