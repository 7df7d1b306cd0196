package limitstest_test

import (
	"testing"
	"time"

	"muster/libs/limits/limitstest"
)

func TestTheFake(t *testing.T) {
	limitstest.TestCounter(t, func(_ *testing.T, now func() time.Time) limitstest.Counter { return limitstest.New(now) })
}
