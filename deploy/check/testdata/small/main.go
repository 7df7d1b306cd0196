// Command small is a program that compiles quickly.
package main

func main() {}
