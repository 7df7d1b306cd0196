package upstream

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"muster/libs/causal"
	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/web"
	"muster/services/gateway/internal/thunder"
)

// thunderErrors are the errors of the façade for the codes of identity and directory. A code that is not here is a
// mistake of ours.
var thunderErrors = map[string]*errs.Error{
	"ACCOUNT_NOT_FOUND":   thunder.ErrUserNotFound,
	"USER_NOT_FOUND":      thunder.ErrUserNotFound,
	"INVALID_CREDENTIALS": thunder.ErrCredentials,
	"ADMIN_PROTECTED":     thunder.ErrCredentials,
	"EMAIL_EXISTS":        thunder.ErrEmailExists,
	"VALIDATION_FAILED":   thunder.ErrProperties,
	"NO_TOKEN":            thunder.ErrNoToken,
	"WRONG_TOKEN":         thunder.ErrWrongToken,
	"MAIL_NOT_SENT":       thunder.ErrMail,
	"RATE_LIMITED":        limits.ErrUsedUp,
	"SIGN_IN_BUSY":        thunder.ErrUnavailable,
}

// thunderError translates an error of [Upstream.call].
func thunderError(err error) error {
	if err == nil {
		return nil
	}
	refused := errs.From(err)
	if cause, ok := errors.AsType[*errs.Error](refused.Err); ok { // a status that is no refusal in general
		refused = cause
	}
	known, ok := thunderErrors[refused.Code]
	switch {
	case ok:
		translated := *known
		translated.RetryAfter = refused.RetryAfter
		return &translated
	case errs.KindOf(err) == errs.KindUnavailable:
		return thunder.ErrUnavailable.Because(err)
	}
	return errs.From(nil).Because(err)
}

// callThunder is [Upstream.call] with the errors of the façade.
func callThunder[T any](ctx context.Context, u *Upstream, tokens web.ServiceTokens, method, path string, body any) (answer T, writes []causal.Write, err error) {
	writes, err = u.call(ctx, tokens, method, "/internal/thunder/"+path, body, &answer)
	return answer, writes, thunderError(err)
}

// ThunderAccounts calls identity for the façade.
type ThunderAccounts struct {
	identity *Upstream
	tokens   web.ServiceTokens
}

// NewThunderAccounts takes the upstream of identity's internal listener.
func NewThunderAccounts(identity *Upstream, tokens web.ServiceTokens) *ThunderAccounts {
	return &ThunderAccounts{identity, tokens}
}

type thunderAccount struct {
	UserID int64 `json:"userId"`
	thunderPassword
}

// thunderPassword is a stored password; empty for an account without one.
type thunderPassword struct {
	PasswordHash string `json:"passwordHash"`
}

func (p thunderPassword) stored() *string {
	if p.PasswordHash == "" {
		return nil
	}
	return &p.PasswordHash
}

// Create implements thunder.Accounts.
func (t *ThunderAccounts) Create(ctx context.Context, a thunder.NewAccount) (thunder.Account, []causal.Write, error) {
	answer, writes, err := callThunder[thunderAccount](ctx, t.identity, t.tokens, http.MethodPost, "accounts", struct {
		Email      string             `json:"email"`
		Password   string             `json:"password"`
		Algorithm  thunder.Algorithm  `json:"algorithm"`
		Properties thunder.Properties `json:"properties"`
	}{a.Address, a.Password, a.Algorithm, a.Properties})
	return thunder.Account{UserID: answer.UserID, Password: answer.stored()}, writes, err
}

// Check implements thunder.Accounts.
func (t *ThunderAccounts) Check(ctx context.Context, c thunder.Credentials) (thunder.Account, []causal.Write, error) {
	answer, writes, err := callThunder[thunderAccount](ctx, t.identity, t.tokens, http.MethodPost, "accounts/check", struct {
		Application    string  `json:"application"`
		Email          string  `json:"email"`
		Password       *string `json:"password"`
		CommonMistakes bool    `json:"commonMistakes"`
	}{c.Application, c.Address, c.Password, c.CommonMistakes})
	return thunder.Account{UserID: answer.UserID, Password: answer.stored()}, writes, err
}

// SetPassword implements thunder.Accounts.
func (t *ThunderAccounts) SetPassword(ctx context.Context, userID int64, p thunder.NewPassword) (*string, []causal.Write, error) {
	answer, writes, err := callThunder[thunderPassword](ctx, t.identity, t.tokens, http.MethodPut, "accounts/"+strconv.FormatInt(userID, 10)+"/password", struct {
		Password  string            `json:"password"`
		Algorithm thunder.Algorithm `json:"algorithm"`
		Current   *string           `json:"current"`
	}{p.Password, p.Algorithm, p.Current})
	return answer.stored(), writes, err
}

// ThunderUsers calls directory for the façade.
type ThunderUsers struct {
	directory *Upstream
	tokens    web.ServiceTokens
}

// NewThunderUsers takes the upstream of directory's internal listener.
func NewThunderUsers(directory *Upstream, tokens web.ServiceTokens) *ThunderUsers {
	return &ThunderUsers{directory, tokens}
}

type thunderUser struct {
	Email             string             `json:"email"`
	Verified          bool               `json:"verified"`
	VerificationToken *string            `json:"verificationToken"`
	CreatedAt         time.Time          `json:"createdAt"`
	UpdatedAt         time.Time          `json:"updatedAt"`
	Properties        thunder.Properties `json:"properties"`
}

// send calls a route below a user's.
func (t *ThunderUsers) send(ctx context.Context, method string, id int64, below string, body any) (thunder.Profile, []causal.Write, error) {
	u, writes, err := callThunder[thunderUser](ctx, t.directory, t.tokens, method, "users/"+strconv.FormatInt(id, 10)+below, body)
	return thunder.Profile{
		Address: u.Email, Verified: u.Verified, Token: u.VerificationToken, Properties: u.Properties, Created: u.CreatedAt, Updated: u.UpdatedAt,
	}, writes, err
}

// User implements thunder.Users.
func (t *ThunderUsers) User(ctx context.Context, id int64) (thunder.Profile, error) {
	profile, _, err := t.send(ctx, http.MethodGet, id, "", nil)
	return profile, err
}

// Update implements thunder.Users.
func (t *ThunderUsers) Update(ctx context.Context, id int64, address string, p thunder.Properties) (thunder.Profile, []causal.Write, error) {
	return t.send(ctx, http.MethodPut, id, "", struct {
		Email      string             `json:"email"`
		Properties thunder.Properties `json:"properties"`
	}{address, p})
}

// Delete implements thunder.Users.
func (t *ThunderUsers) Delete(ctx context.Context, id int64) (thunder.Profile, []causal.Write, error) {
	return t.send(ctx, http.MethodDelete, id, "", nil)
}

// StartVerification implements thunder.Users.
func (t *ThunderUsers) StartVerification(ctx context.Context, id int64) (thunder.Profile, []causal.Write, error) {
	return t.send(ctx, http.MethodPost, id, "/verification", struct{}{})
}

// Verify implements thunder.Users.
func (t *ThunderUsers) Verify(ctx context.Context, id int64, token string) (thunder.Profile, []causal.Write, error) {
	profile, writes, err := t.send(ctx, http.MethodPut, id, "/verification", struct {
		Token string `json:"token"`
	}{token})
	if errors.Is(err, thunder.ErrProperties) { // no token has such characters
		err = thunder.ErrWrongToken
	}
	return profile, writes, err
}

// ResetVerification implements thunder.Users.
func (t *ThunderUsers) ResetVerification(ctx context.Context, id int64) (thunder.Profile, []causal.Write, error) {
	return t.send(ctx, http.MethodDelete, id, "/verification", nil)
}

var (
	_ thunder.Accounts = (*ThunderAccounts)(nil)
	_ thunder.Users    = (*ThunderUsers)(nil)
)
