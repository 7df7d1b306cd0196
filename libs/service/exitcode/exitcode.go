// Package exitcode holds the exit codes of services that mean something to whoever supervises them.
package exitcode

// Settings is the exit code of a service whose settings are wrong (EX_CONFIG of sysexits.h): starting it again does not
// help.
const Settings = 78
