package postgres

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"muster/libs/personal"
)

// person is everything that directory holds of a user, but codes.
var person = []personal.Section{
	personal.Object[personProfile]("profile", `
		SELECT id, username, email, type_code, first_name, last_name, auth_type_code, is_active, created_at, updated_at, verified_at, last_login_at,
		       exemption_from, exemption_to, legacy_user_id, invited, properties
		FROM users WHERE id = ? AND NOT deleted`),
	personal.List[personRequest]("verificationRequests", `
		SELECT id, type_code, created_on, expires_at, attempts, new_email FROM verification_requests WHERE user_id = ? ORDER BY id`),
	personal.List[personMail]("mails", `
		SELECT kind, recipient, queued_at, attempts, sent_at, abandoned_at FROM mail_queue WHERE user_id = ? ORDER BY queued_at, id`),
	personal.Object[personLegacy]("legacyUser", `
		SELECT legacy_user_id, email, username, first_name, last_name, created_at, email_verified, properties FROM legacy_users WHERE user_id = ?`),
	personal.Object[personThunder]("thunder", "SELECT created_at, changed_at FROM thunder_users WHERE user_id = ?"),
	personal.List[personImport]("imports", `
		SELECT import_id, dry_run, lines, started_at, finished_at FROM legacy_imports WHERE started_by = ? ORDER BY started_at, import_id`),
}

type personProfile struct {
	ID            int64           `json:"id"`
	Username      string          `json:"username"`
	Email         string          `json:"email"`
	TypeCode      string          `json:"typeCode"`
	FirstName     *string         `json:"firstName"`
	LastName      *string         `json:"lastName"`
	AuthTypeCode  string          `json:"authTypeCode"`
	IsActive      bool            `json:"isActive"`
	CreatedAt     time.Time       `json:"createdAt"`
	UpdatedAt     time.Time       `json:"updatedAt"`
	VerifiedAt    *time.Time      `json:"verifiedAt"`
	LastLoginAt   *time.Time      `json:"lastLoginAt"`
	ExemptionFrom *time.Time      `json:"subscriptionExemptionStartsAt"`
	ExemptionTo   *time.Time      `json:"subscriptionExemptionEndsAt"`
	LegacyUserID  *int64          `json:"legacyUserId"`
	Invited       bool            `json:"invited"`
	Properties    json.RawMessage `json:"properties"`
}

type personRequest struct {
	ID        int64     `json:"id"`
	TypeCode  string    `json:"requestTypeCode"`
	CreatedOn time.Time `json:"createdOn"`
	ExpiresAt time.Time `json:"expiresAt"`
	Attempts  int       `json:"attempts"`
	NewEmail  *string   `json:"newEmail"`
}

// personMail has a recipient until the mail is sent or given up.
type personMail struct {
	Kind        string     `json:"kind"`
	Recipient   *string    `json:"recipient"`
	QueuedAt    time.Time  `json:"queuedAt"`
	Attempts    int        `json:"attempts"`
	SentAt      *time.Time `json:"sentAt"`
	AbandonedAt *time.Time `json:"abandonedAt"`
}

type personLegacy struct {
	LegacyUserID  int64           `json:"legacyUserId"`
	Email         *string         `json:"email"`
	Username      *string         `json:"username"`
	FirstName     *string         `json:"firstName"`
	LastName      *string         `json:"lastName"`
	CreatedAt     *time.Time      `json:"createdAt"`
	EmailVerified bool            `json:"emailVerified"`
	Properties    json.RawMessage `json:"properties"`
}

type personThunder struct {
	CreatedAt *time.Time `json:"createdAt"`
	ChangedAt time.Time  `json:"changedAt"`
}

// personImport is an import that the user has started as an administrator.
type personImport struct {
	ImportID   string     `json:"importId"`
	DryRun     bool       `json:"dryRun"`
	Lines      int64      `json:"lines"`
	StartedAt  time.Time  `json:"startedAt"`
	FinishedAt *time.Time `json:"finishedAt"`
}

// WritePerson writes what is held of a live user as JSON, or returns [directory.ErrUserNotFound] and writes nothing.
func (l *Lists) WritePerson(ctx context.Context, userID int64, w io.Writer) error {
	if _, err := l.User(ctx, userID); err != nil {
		return err
	}
	return personal.Write(ctx, l.db, w, userID, person...)
}
