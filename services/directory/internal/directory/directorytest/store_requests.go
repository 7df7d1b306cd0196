package directorytest

import (
	"context"
	"maps"
	"slices"
	"time"

	"muster/services/directory/internal/directory"
)

func (t *tx) LockRequest(_ context.Context, userID int64, typeCode string) (directory.VerificationRequest, error) {
	r, ok := t.requests[requestKey{userID, typeCode}]
	if !ok {
		return directory.VerificationRequest{}, directory.ErrNoVerification
	}
	return r.VerificationRequest, nil
}

func (t *tx) LockRequestByID(_ context.Context, id int64) (directory.VerificationRequest, error) {
	for _, r := range t.requests {
		if r.id == id {
			return r.VerificationRequest, nil
		}
	}
	return directory.VerificationRequest{}, directory.ErrRequestNotFound
}

func (t *tx) LockRequests(_ context.Context, userIDs []int64) (requests []directory.VerificationRequest, _ error) {
	for _, r := range t.requests {
		if slices.Contains(userIDs, r.UserID) {
			requests = append(requests, r.VerificationRequest)
		}
	}
	return requests, nil
}

func (t *tx) PutRequest(_ context.Context, requests ...directory.VerificationRequest) error {
	for _, r := range requests {
		key := requestKey{r.UserID, r.TypeCode}
		id := t.requests[key].id
		if id == 0 {
			t.lastRequest++
			id = t.lastRequest
		}
		t.requests[key] = request{r, id}
		t.takeBack(func(m mail) bool { return m.UserID == r.UserID && string(m.Kind) == r.TypeCode && m.Code != r.Code })
	}
	return nil
}

func (t *tx) RaiseVersions(_ context.Context, userIDs []int64) error {
	for _, id := range userIDs {
		u := t.users[id]
		u.Version++
		t.users[id] = u
	}
	return nil
}

func (t *tx) CloseRequests(_ context.Context, userID int64, typeCodes ...string) error {
	closed := func(owner int64, typeCode string) bool {
		return owner == userID && (len(typeCodes) == 0 || slices.Contains(typeCodes, typeCode))
	}
	maps.DeleteFunc(t.requests, func(k requestKey, _ request) bool { return closed(k.userID, k.typeCode) })
	t.takeBack(func(m mail) bool { return closed(m.UserID, string(m.Kind)) })
	return nil
}

// takeBack ends mails that were not sent yet.
func (t *tx) takeBack(which func(mail) bool) {
	for id, m := range t.mails {
		if m.due != nil && which(m) {
			t.mails[id] = m.end(*m.due)
		}
	}
}

func (t *tx) PurgeRequests(_ context.Context, before time.Time, limit int) (purged int, _ error) {
	maps.DeleteFunc(t.requests, func(_ requestKey, r request) bool {
		old := r.ExpiresAt.Before(before) && purged < limit
		if old {
			purged++
		}
		return old
	})
	return purged, nil
}
