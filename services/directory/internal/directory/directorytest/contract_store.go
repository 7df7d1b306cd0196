package directorytest

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/directory"
)

// Backend is a store under test.
type Backend struct {
	directory.Store
	directory.MailQueue
	// Properties returns the properties of a user as they are stored.
	Properties func(id int64) directory.Properties
	// Published gives the payloads that were published, as "type key version", in order.
	Published func() []string
	// Mails counts the mails of which something is left.
	Mails func() int
	// RequestID gives the id under which the user's request of this type is stored.
	RequestID func(userID int64, typeCode string) int64
}

// Published writes payloads as [Backend.Published] gives them.
func Published(payloads []contracts.Payload) []string {
	var lines []string
	for _, p := range payloads {
		lines = append(lines, PublishedLine(p.EventType(), p.EventKey(), p.EventVersion()))
	}
	return lines
}

// TestStore checks that a store meets the contract of directory.Store. open gives an empty one.
func TestStore(t *testing.T, open func(t *testing.T) Backend) {
	for name, test := range map[string]func(*testing.T, Backend){
		"every field of a user survives":                everyFieldSurvives,
		"properties survive":                            propertiesSurvive,
		"properties are replaced whole":                 propertiesReplaced,
		"no tombstone has properties":                   tombstoneWithProperties,
		"a record for Thunder survives":                 thunderRecord,
		"a record for Thunder can be deleted":           thunderRecordDeleted,
		"an unknown user is not found":                  unknownUser,
		"a user is found by the address in any case":    foundByAddress,
		"a taken address leaves the transaction usable": takenAtCreation,
		"an update cannot take another's address":       takenAtUpdate,
		"a tombstone's address is free":                 freedAddress,
		"users are locked by id":                        lockedByID,
		"users are locked by a range of ids":            lockedByRange,
		"users are locked by address":                   lockedByAddress,
		"a user's address is read without a lock":       addressRead,
		"an address is taken or free":                   addressTaken,
		"users due come in order":                       usersDue,
		"other active administrators are counted":       otherAdmins,
		"the last administrators cannot both step down": parallelDemotion,
		"a request replaces the one before":             requestReplaced,
		"requests are closed by type, and all":          requestsClosed,
		"closing a request takes back its unsent mail":  mailTakenBack,
		"closing all takes back all unsent mail":        allMailTakenBack,
		"a replaced code's mail is taken back":          deadMailTakenBack,
		"requests are put and locked by the batch":      requestBatch,
		"every field of a request survives":             everyRequestFieldSurvives,
		"a request is found by its id":                  requestByID,
		"long expired requests are purged":              requestsPurged,
		"nothing of a failed transaction stays":         rollback,
		"what is published keeps its order":             publishingOrder,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func everyFieldSurvives(t *testing.T, b Backend) {
	want := SampleUser(1)
	requireEveryFieldSet(t, want)
	create(t, b, want, SampleTombstone(2))
	equal(t, lock(t, b, 1), want)
	equal(t, lock(t, b, 2), SampleTombstone(2))

	changed := SampleAdmin(1)
	changed.Username, changed.FirstName, changed.IsActive, changed.Version = "grace", nil, false, 15
	changed.Email, changed.VerifiedAt, changed.LegacyUserID, changed.Invited = "grace@example.com", nil, nil, false
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.UpdateUser(ctx, changed) })
	equal(t, lock(t, b, 1), changed)
}

// requireEveryFieldSet fails when a new field is missing in the sample. Only a tombstone has RejectedBecause and
// Deleted.
func requireEveryFieldSet(t *testing.T, u directory.User) {
	t.Helper()
	v := reflect.ValueOf(u)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if name != "Deleted" && name != "RejectedBecause" && v.Field(i).IsZero() {
			t.Fatalf("the sample does not set %s", name)
		}
	}
}

func unknownUser(t *testing.T, b Backend) {
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		_, err := tx.LockUser(ctx, 99)
		wantError(t, err, directory.ErrUserNotFound)
		_, err = tx.LockUserByEmail(ctx, "nobody@example.com")
		wantError(t, err, directory.ErrUserNotFound)
		_, err = tx.LockRequest(ctx, 99, directory.RequestRegistration)
		wantError(t, err, directory.ErrNoVerification)
		return nil
	})
}

func foundByAddress(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2), SampleTombstone(3))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		u, err := tx.LockUserByEmail(ctx, "aDA2@example.COM")
		must(t, err)
		equal(t, u, SampleUser(2))
		international := SampleUser(4)
		international.Email = "ada@bücher.example"
		must(t, tx.CreateUser(ctx, international))
		found, err := tx.LockUsersByEmail(ctx, []string{"ADA@xn--bcher-kva.example", "ada@bucher.example"})
		equal(t, found, []directory.User{international})
		must(t, err)
		international.ID, international.Email = 5, "Ada@BU\u0308CHER.example"
		wantError(t, tx.CreateUser(ctx, international), directory.ErrEmailExists)
		international.Email = "äda@bücher.example"
		must(t, tx.CreateUser(ctx, international))
		_, none := tx.LockUserByEmail(ctx, "")
		wantError(t, none, directory.ErrUserNotFound)
		return err
	})
}

func takenAtCreation(t *testing.T, b Backend) {
	create(t, b, SampleUser(1))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		second := SampleUser(2)
		second.Email = "ADA1@EXAMPLE.COM"
		wantError(t, tx.CreateUser(ctx, second), directory.ErrEmailExists)
		return tx.CreateUser(ctx, SampleTombstone(2))
	})
	equal(t, lock(t, b, 2), SampleTombstone(2))
}

func takenAtUpdate(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	second := SampleUser(2)
	second.Email = "ADA1@example.com"
	err := b.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error { return tx.UpdateUser(ctx, second) })
	wantError(t, err, directory.ErrEmailExists)
	equal(t, lock(t, b, 2), SampleUser(2))

	second.Email = "ADA2@example.com" // one's own, written differently
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.UpdateUser(ctx, second) })
}

func freedAddress(t *testing.T, b Backend) {
	create(t, b, SampleUser(1))
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.UpdateUser(ctx, SampleTombstone(1)) })
	second := SampleUser(2)
	second.Email = SampleUser(1).Email
	create(t, b, second)
	equal(t, lock(t, b, 2), second)
}

func usersDue(t *testing.T, b Backend) {
	now := Noon.Truncate(time.Second)
	for id, due := range map[int64]time.Duration{1: -time.Hour, 2: 0, 3: time.Second, 4: -2 * time.Hour} {
		at := now.Add(due)
		u := SampleUser(id)
		u.TypeDueAt = &at
		create(t, b, u)
	}
	create(t, b, SampleAdmin(5)) // never due
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		all, err := tx.LockUsersDue(ctx, now, 10)
		equal(t, ids(all), []int64{4, 1, 2})
		two, _ := tx.LockUsersDue(ctx, now, 2)
		equal(t, ids(two), []int64{4, 1})
		return err
	})
}

func otherAdmins(t *testing.T, b Backend) {
	inactive := SampleAdmin(3)
	inactive.IsActive = false
	invited := SampleAdmin(6)
	invited.LastLoginAt = nil
	unused := SampleAdmin(7) // by setting or command
	unused.LastLoginAt, unused.Invited = nil, false
	create(t, b, SampleAdmin(1), inactive, SampleUser(4), SampleTombstone(5), invited, unused)
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		ofOne, err := tx.OtherActiveAdmins(ctx, 1)
		equal(t, ofOne, 1)
		ofAnother, _ := tx.OtherActiveAdmins(ctx, 4)
		equal(t, ofAnother, 2)
		return err
	})
}

func parallelDemotion(t *testing.T, b Backend) {
	create(t, b, SampleAdmin(1), SampleAdmin(2))
	stay := errors.New("nobody would be left")
	outcomes := make([]error, 2)
	var wg sync.WaitGroup
	for i, id := range []int64{1, 2} {
		wg.Go(func() {
			outcomes[i] = b.Tx(context.Background(), func(ctx context.Context, tx directory.Tx) error {
				u, err := tx.LockUser(ctx, id)
				if err != nil {
					return err
				}
				others, err := tx.OtherActiveAdmins(ctx, id)
				if err != nil {
					return err
				}
				if others == 0 {
					return stay
				}
				u.IsActive = false
				return tx.UpdateUser(ctx, u)
			})
		})
	}
	wg.Wait()
	if (outcomes[0] == nil) == (outcomes[1] == nil) {
		t.Fatalf("outcomes %v: one of the two must go, and one must stay", outcomes)
	}
	wantError(t, errors.Join(outcomes...), stay)
}

func requestReplaced(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	first, second := sampleRequest(1, "first"), sampleRequest(1, "second")
	second.Attempts, second.CreatedOn, second.ExpiresAt = 0, second.CreatedOn.Add(time.Hour), second.ExpiresAt.Add(time.Hour)
	other := sampleRequest(2, "other")
	for _, r := range []directory.VerificationRequest{first, other, second} {
		in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.PutRequest(ctx, r) })
	}
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		r, err := tx.LockRequest(ctx, 1, directory.RequestRegistration)
		equal(t, r, second)
		r, _ = tx.LockRequest(ctx, 2, directory.RequestRegistration)
		equal(t, r, other)
		return err
	})
}

func requestsClosed(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	reset := sampleRequest(1, "reset")
	reset.TypeCode = "RPWR"
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		return errors.Join(tx.PutRequest(ctx, sampleRequest(1, "one")), tx.PutRequest(ctx, reset), tx.PutRequest(ctx, sampleRequest(2, "two")))
	})
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		err := tx.CloseRequests(ctx, 1, directory.RequestRegistration)
		_, gone := tx.LockRequest(ctx, 1, directory.RequestRegistration)
		wantError(t, gone, directory.ErrNoVerification)
		kept, _ := tx.LockRequest(ctx, 1, "RPWR")
		equal(t, kept, reset)
		return err
	})
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		err := tx.CloseRequests(ctx, 1)
		_, gone := tx.LockRequest(ctx, 1, "RPWR")
		wantError(t, gone, directory.ErrNoVerification)
		others, _ := tx.LockRequest(ctx, 2, directory.RequestRegistration)
		equal(t, others, sampleRequest(2, "two"))
		return err
	})
}

func rollback(t *testing.T, b Backend) {
	create(t, b, SampleUser(1))
	published := len(b.Published())
	failure := errors.New("failure")
	err := b.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		return errors.Join(tx.CreateUser(ctx, SampleUser(2)), tx.PutRequest(ctx, sampleRequest(1, "code")),
			tx.PutThunderRecord(ctx, 1, directory.ThunderRecord{Token: "token", ChangedAt: Noon}), tx.QueueMail(ctx, sampleMail(1)), tx.Publish(ctx, SampleUser(1).Record()), failure)
	})
	equal(t, err.Error(), failure.Error())
	equal(t, readRecord(t, b, 1), directory.ThunderRecord{})
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		_, user := tx.LockUser(ctx, 2)
		wantError(t, user, directory.ErrUserNotFound)
		_, request := tx.LockRequest(ctx, 1, directory.RequestRegistration)
		wantError(t, request, directory.ErrNoVerification)
		return nil
	})
	_, found, err := b.ClaimMail(t.Context(), Noon.Add(time.Hour), Noon.Add(2*time.Hour))
	equal(t, found, false)
	equal(t, err, nil)
	equal(t, len(b.Published()), published)
}

func publishingOrder(t *testing.T, b Backend) {
	u := SampleUser(1)
	event := directoryv1.UserEvent{Kind: directoryv1.Updated, UserID: 1, Version: 14, At: Noon}
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		return errors.Join(tx.Publish(ctx, u.Record(), event), tx.Publish(ctx, SampleTombstone(2).Record()))
	})
	equal(t, b.Published(), []string{"directory.user.v1 1 14", "directory.user.updated.v1 1 14", "directory.user.v1 2 4"})
}
