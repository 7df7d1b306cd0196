// Package supervise keeps a program running: it starts it again when it ends, more slowly each time, and knows whether
// it is ready. One [Supervisor] looks after one program; whoever has several stops them in the order of their own.
package supervise
