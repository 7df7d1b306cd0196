package mailcatcher

import "testing"

func TestATriggerStrikesAsOftenAsItShould(t *testing.T) {
	const draws = 2000
	for probability, want := range map[int][2]int{0: {0, 0}, 100: {draws, draws}, 50: {draws * 4 / 10, draws * 6 / 10}} {
		strikes := 0
		for range draws {
			if (Trigger{ErrorCode: 451, Probability: probability}).strike() != nil {
				strikes++
			}
		}
		if strikes < want[0] || strikes > want[1] {
			t.Errorf("%d %%: %d strikes in %d draws", probability, strikes, draws)
		}
	}
}
