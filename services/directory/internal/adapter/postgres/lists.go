package postgres

import (
	"context"
	"net/url"

	"gorm.io/gorm"

	"muster/libs/listing"
	"muster/libs/pg"
	"muster/libs/usersapi"
	"muster/libs/usersapi/userslist"
	"muster/services/directory/internal/directory"
)

// viewColumns are the members of the user object.
var viewColumns = userslist.Select("u.id", "u.")

// The tables of the lists.
var (
	usersTable    = listing.Table{Name: "users", Alias: "u", Only: "NOT u.deleted"}
	requestsTable = listing.Table{Name: "verification_requests", Alias: "r"}
)

// The list of contract section 4.1, as administrators and as everybody may ask for it: a filter by properties would
// tell those of others, value by value.
var (
	usersToEverybody = listing.New(userslist.Fields("users", "u.id", "u.")...).SearchIn("u.search_text")
	users            = listing.New(append(userslist.Fields("users", "u.id", "u."),
		listing.Field{Name: "properties", Column: "u.properties", Kind: listing.JSON, Nullable: true, Filterable: true})...).SearchIn("u.search_text")
)

// The list of contract section 4.3, as administrators see it, and as everybody sees their own. To the latter the code
// is null for filters and sorts too: else it could be guessed letter by letter, and an address verified that nobody
// can read the mail of.
var (
	requests    = requestList("r.code").SearchIn("r.search_text")
	ownRequests = requestList("NULL::text")
)

// Declared are the declarations of the lists, by the names that the routes give them.
func Declared() map[string]*listing.List {
	return map[string]*listing.List{"users": users, "verificationRequests": requests, "imports": imports, "importRows": importRows}
}

func requestList(code string) *listing.List {
	return listing.New(
		listing.Field{Name: "id", Column: "r.id", Kind: listing.Integer, Digits: true, ID: true, Sortable: true, Filterable: true},
		listing.Field{Name: "userId", Column: "r.user_id", Kind: listing.Integer, Digits: true, Sortable: true, Filterable: true},
		listing.Field{Name: "requestTypeCode", Column: "r.type_code", Kind: listing.Code, Sortable: true, Filterable: true, Searched: true, SortBy: "r.type_code", Rollup: listing.ByValue},
		listing.Field{Name: "requestTypeName", Column: "r.type_code", Kind: listing.Text, Names: usersapi.RequestTypeNames, Sortable: true, Filterable: true, Searched: true, Rollup: listing.ByValue},
		listing.Field{Name: "verificationCode", Column: code, Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true},
		listing.Field{Name: "createdOn", Column: "r.created_on", Kind: listing.Date, Sortable: true, Filterable: true},
		listing.Field{Name: "attempts", Column: "r.attempts", Kind: listing.Integer, Sortable: true, Filterable: true, Rollup: listing.ByValue},
		listing.Field{Name: "username", Column: "r.username", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
		listing.Field{Name: "email", Column: "r.email", Kind: listing.Text, Sortable: true, Filterable: true, Searched: true},
		listing.Field{Name: "firstName", Column: "r.first_name", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true, Rollup: listing.ByNull},
		listing.Field{Name: "lastName", Column: "r.last_name", Kind: listing.Text, Nullable: true, Sortable: true, Filterable: true, Searched: true, Rollup: listing.ByNull},
		listing.Field{Name: "isActive", Column: "r.is_active", Kind: listing.Bool, Sortable: true, Filterable: true, Rollup: listing.ByValue},
	)
}

// Lists answers reads that need no rule of the core.
type Lists struct {
	db       *gorm.DB
	users    *listing.Totals
	requests *listing.Totals
}

// NewLists uses a pool whose database has [Migrations].
func NewLists(db *gorm.DB) *Lists {
	return &Lists{
		db:       db,
		users:    listing.NewTotals(db, users, usersTable),
		requests: listing.NewTotals(db, requests, requestsTable),
	}
}

// Totals returns the totals of the lists. Each must be run, or its lists get slower with every write.
func (l *Lists) Totals() []*listing.Totals { return []*listing.Totals{l.users, l.requests} }

// User returns one live user, or [directory.ErrUserNotFound].
func (l *Lists) User(ctx context.Context, id int64) (usersapi.User, error) {
	return pg.One[usersapi.User](ctx, l.db, "read user", directory.ErrUserNotFound,
		"SELECT "+viewColumns+" FROM users u WHERE u.id = ? AND NOT u.deleted", id)
}

// Users returns the page of users that the URL asks for.
func (l *Lists) Users(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error) {
	q, err := users.ParseURL(u)
	if err != nil {
		return listing.Page[usersapi.User]{}, err
	}
	return listing.Fetch[usersapi.User](ctx, l.db, q.CountedBy(l.users), viewColumns, "users u")
}

// UsersToEverybody is Users without the filters by properties: [directory.ErrAdminOnly] when nothing else is wrong.
func (l *Lists) UsersToEverybody(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error) {
	if _, err := usersToEverybody.ParseURL(u); err != nil {
		if _, toAdmins := users.ParseURL(u); toAdmins == nil {
			err = directory.ErrAdminOnly
		}
		return listing.Page[usersapi.User]{}, err
	}
	return l.Users(ctx, u)
}

const requestTable = "verification_requests r"

var requestColumns = `r.id, r.user_id, r.type_code, r.created_on, r.attempts, r.username, r.email, r.first_name, r.last_name, r.is_active, ` +
	listing.NameOf("r.type_code", usersapi.RequestTypeNames) + " AS type_name"

// Requests returns the page of all verification requests that the URL asks for.
func (l *Lists) Requests(ctx context.Context, u *url.URL) (listing.Page[directory.ListedRequest], error) {
	q, err := requests.ParseURL(u)
	if err != nil {
		return listing.Page[directory.ListedRequest]{}, err
	}
	return listing.Fetch[directory.ListedRequest](ctx, l.db, q.CountedBy(l.requests), requestColumns+", r.code", requestTable)
}

// Request returns one verification request, or [directory.ErrRequestNotFound].
func (l *Lists) Request(ctx context.Context, id int64) (directory.ListedRequest, error) {
	return pg.One[directory.ListedRequest](ctx, l.db, "read verification request", directory.ErrRequestNotFound,
		"SELECT "+requestColumns+", r.code FROM "+requestTable+" WHERE r.id = ?", id)
}

// OwnRequests returns the page of one user's verification requests that the URL asks for, without their codes.
func (l *Lists) OwnRequests(ctx context.Context, userID int64, u *url.URL) (listing.Page[directory.ListedRequest], error) {
	q, err := ownRequests.ParseURL(u)
	if err != nil {
		return listing.Page[directory.ListedRequest]{}, err
	}
	return listing.Fetch[directory.ListedRequest](ctx, l.db, q.And("r.user_id = ?", userID), requestColumns, requestTable)
}

// Standing selects whether a user is active, and with which type, for standing.Store's CheckRow.
const Standing = "SELECT is_active, type_code FROM users WHERE id = ? AND NOT deleted"
