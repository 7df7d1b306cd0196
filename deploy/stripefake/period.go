package stripefake

import "time"

// addMonths adds calendar months in UTC; a day that the month does not have becomes its last one.
func addMonths(at, months int64) int64 {
	t := time.Unix(at, 0).UTC()
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1).Unix()
}

// add returns the time n intervals after the anchor. Counting from the anchor returns to the 31st after a February.
func (r recurring) add(anchor, n int64) int64 {
	const day = 24 * 60 * 60
	switch r.Interval {
	case "day":
		return anchor + n*r.Count*day
	case "week":
		return anchor + n*r.Count*7*day
	case "year":
		return addMonths(anchor, n*r.Count*12)
	default:
		return addMonths(anchor, n*r.Count)
	}
}

// periodEnd returns the end of the billing period that begins at start: the first multiple of the interval after it.
func (r recurring) periodEnd(anchor, start int64) int64 {
	shortest := r.add(0, 1) * 9 / 10
	n := max(1, (start-anchor)/max(1, shortest)*8/10)
	for n > 1 && r.add(anchor, n-1) > start {
		n--
	}
	for r.add(anchor, n) <= start {
		n++
	}
	return r.add(anchor, n)
}
