package stripefake

import "container/heap"

// dueler is a resource that changes at a certain time. Its due time is 0 if nothing is scheduled.
type dueler interface {
	resource
	due() int64
	// happen applies the due change. Afterwards due must return another time, or 0.
	happen(tx *tx)
}

// appointment is a resource's due time at the moment when it was scheduled.
type appointment struct {
	at       int64
	sequence uint64
	who      dueler
}

// agenda is a priority queue of appointments by time. Appointments are never removed; an outdated one is recognized
// when it comes up.
type agenda struct {
	queue    appointments
	sequence uint64
}

func (a *agenda) add(d dueler) {
	at := d.due()
	if at == 0 {
		return
	}
	a.sequence++
	heap.Push(&a.queue, appointment{at: at, sequence: a.sequence, who: d})
}

// next removes and returns the earliest valid appointment that is due at or before now.
func (a *agenda) next(now int64) (appointment, bool) {
	for len(a.queue) > 0 && a.queue[0].at <= now {
		first := heap.Pop(&a.queue).(appointment)
		if first.who.due() == first.at {
			return first, true
		}
	}
	return appointment{}, false
}

// appointments implements heap.Interface.
type appointments []appointment

func (q appointments) Len() int { return len(q) }

func (q appointments) Less(i, j int) bool {
	if q[i].at != q[j].at {
		return q[i].at < q[j].at
	}
	return q[i].sequence < q[j].sequence
}

func (q appointments) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

func (q *appointments) Push(x any) { *q = append(*q, x.(appointment)) }

func (q *appointments) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
