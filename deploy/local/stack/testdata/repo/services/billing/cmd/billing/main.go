// Command billing replaces the service of that name in the tests of the stack.
package main

import "fakes/fake"

func main() { fake.Serve("billing") }
