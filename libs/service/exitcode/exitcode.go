// Package exitcode defines the exit codes of services that a supervisor acts on.
package exitcode

// Settings is the exit code for wrong settings (EX_CONFIG of sysexits.h): a restart does not help.
const Settings = 78
