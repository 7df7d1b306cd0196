package inbox

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWhoIsAnOrphan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := lane{"topic", 0}, lane{"topic", 1}
		extents := map[lane]extent{a: {0, 10}, b: {5, 10}}
		ours := map[lane]bool{a: true}
		stored := map[lane]int64{a: 3}
		o := &orphans{waiting: make(map[lane]waiting)}
		generation := int64(1)
		after := func(d time.Duration) bool {
			time.Sleep(d)
			_, found := o.look(generation, ours, extents, stored, time.Minute)
			return found
		}
		if after(0) || after(59*time.Second) {
			t.Error("an orphan before its time")
		}
		if !after(time.Second) {
			t.Error("b was never read, and is no orphan")
		}
		if after(0) || after(119*time.Second) {
			t.Error("no more patience after rejoining did not help")
		}
		generation++ // A new member may take it up.
		if after(2 * time.Second) {
			t.Error("an orphan although the group has just been shared out")
		}
		stored[b] = 7 // Somebody works on it.
		if after(119*time.Second) || after(time.Second) {
			t.Error("an orphan that moves")
		}
		stored[b] = 10
		if after(0) || after(time.Hour) {
			t.Error("an orphan without records")
		}
		extents[b] = extent{5, 11}
		if after(0) || !after(time.Minute) {
			t.Error("patience has not come back")
		}
		generation = 0
		if after(0) || after(time.Hour) {
			t.Error("an orphan while the group is being shared out")
		}
	})
}
