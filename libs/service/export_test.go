package service

import (
	"context"
	"time"
)

// What the tests look at from outside the package.
type Part = part

var RunParts = runParts

func NewPart(name string, run func(context.Context) error, grace time.Duration) Part {
	return part{name, run, grace}
}

// RunBackground runs what the shell was told to do in the background.
func (sh *Shell) RunBackground(ctx context.Context) error {
	return runParts(ctx, sh.Log, sh.background...)
}
