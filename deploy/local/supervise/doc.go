// Package supervise keeps a program running: it restarts the program when it ends, with increasing pauses, and knows
// whether it is ready. One [Supervisor] supervises one program; a caller with several programs decides in which order
// to stop them.
package supervise
