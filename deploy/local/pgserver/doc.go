// Package pgserver runs a PostgreSQL server for this machine: it finds or downloads the binaries, creates the data
// directory, starts the server on a port of 127.0.0.1, and stops it with the program that started it.
//
// Every error is a sentence that tells the reader what to do.
package pgserver
