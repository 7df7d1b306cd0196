package foreignhash

// Cheap reports whether a fuzzer can afford many attempts.
func (h Hash) Cheap() bool { return h.memory <= 1<<20 && h.effort < 0.002 }
