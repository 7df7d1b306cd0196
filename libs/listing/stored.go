package listing

// storedTotal is a total that need not be counted, as an SQL expression.
type storedTotal struct {
	sql  string
	args []any
	kept keptFilter // the filter of a kept count; otherwise zero
}

// storedTotal returns the total of q if it is in the rollup, or if its count was kept when it was last asked for.
func (q Query) storedTotal() (storedTotal, bool) {
	t := q.totals
	if t == nil || q.own {
		return storedTotal{}, false
	}
	all := allOf(q.conditions...)
	if all.rollup {
		return t.inRollup(all), true
	}
	f, keepable := t.list.keepable(q.filter)
	if !keepable || all.unlogged || !t.knows(f) {
		return storedTotal{}, false
	}
	return t.inKept(f), true
}

// used notes that the kept count of f was used. It does nothing for the zero filter.
func (t *Totals) used(f keptFilter) {
	if f.key == "" {
		return
	}
	t.note(f, false)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= maxNotes {
		clear(t.known)
	}
	t.known[f.key] = struct{}{}
}

// forget notes that no count of f is kept.
func (t *Totals) forget(f keptFilter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, f.key)
}

func (t *Totals) knows(f keptFilter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, known := t.known[f.key]
	return known
}
