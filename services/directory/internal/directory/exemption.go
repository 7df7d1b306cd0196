package directory

import "time"

// Exemption is a window in which a user has a subscriber's rights without a subscription. Both ends are inclusive, a
// nil end is open, and two nil ends are no exemption (metrics definitions, class 3).
type Exemption struct {
	From *time.Time
	To   *time.Time
}

// holds reports whether now is within the window.
func (e Exemption) holds(now time.Time) bool {
	if e.From == nil && e.To == nil {
		return false
	}
	return (e.From == nil || !now.Before(*e.From)) && (e.To == nil || !now.After(*e.To))
}

// next returns the first time after now at which holds may change: the start of the window, or the second after its
// end.
func (e Exemption) next(now time.Time) *time.Time {
	if e.From != nil && e.From.After(now) {
		return e.From
	}
	if e.To == nil || e.To.Before(now) {
		return nil
	}
	closed := e.To.Add(time.Second)
	return &closed
}

// reversed reports whether the window ends before it begins.
func (e Exemption) reversed() bool {
	return e.From != nil && e.To != nil && e.To.Before(*e.From)
}

func (e Exemption) equal(other Exemption) bool {
	return sameTime(e.From, other.From) && sameTime(e.To, other.To)
}

func sameTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
