package directorytest

import (
	"fmt"
	"time"

	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// SampleUser returns a live user with a distinct value in every field.
func SampleUser(id int64) directory.User {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 8, 30, n, 0, time.UTC) }
	at := func(n int) *time.Time { t := day(n); return &t }
	first, last, legacy := "Ada", "Lovelace", id+7000
	return directory.User{
		ID: id, Username: fmt.Sprintf("ada%d", id), Email: fmt.Sprintf("Ada%d@Example.com", id), TypeCode: usersapi.TypeSubscribed,
		FirstName: &first, LastName: &last, AuthTypeCode: "GOOG", IsActive: true, CreatedAt: day(1), UpdatedAt: day(2),
		Invited: true, VerifiedAt: at(3), LastLoginAt: at(4), Exemption: directory.Exemption{From: at(5), To: at(6)}, LegacyUserID: &legacy,
		SessionsEnd: directory.SessionsEnd{Version: 10, OpenedBy: day(8), Except: "s1"},
		Subscribed:  true, TypeDueAt: at(7), Version: 14, AccessVersion: 11, AccountVersion: 12, SubscriptionVersion: 13, NoticeVersion: 9,
	}
}

// SampleAdmin returns an active administrator.
func SampleAdmin(id int64) directory.User {
	u := SampleUser(id)
	u.TypeCode, u.Subscribed, u.Exemption, u.TypeDueAt = usersapi.TypeAdministrator, false, directory.Exemption{}, nil
	return u
}

// SampleTombstone returns the tombstone of a deleted user.
func SampleTombstone(id int64) directory.User {
	return directory.User{
		ID: id, Deleted: true, RejectedBecause: "EMAIL_EXISTS", Version: 4, AccessVersion: 3, AccountVersion: 2, SubscriptionVersion: 1,
	}
}
