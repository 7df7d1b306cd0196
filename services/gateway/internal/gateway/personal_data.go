package gateway

import (
	"context"
	"io"
)

// ExportRequest says whose data is wanted, and by whom.
type ExportRequest struct {
	UserID    int64
	ActorID   int64
	SessionID string
	IP        string // of the client
}

// PersonalData is what the services hold of a person, as JSON. It must be closed.
type PersonalData struct{ Identity, Directory, Billing io.ReadCloser }

// Close forgets the data.
func (p PersonalData) Close() {
	for _, part := range []io.ReadCloser{p.Identity, p.Directory, p.Billing} {
		if part != nil {
			_ = part.Close()
		}
	}
}

// People asks the services for what they hold of a person.
type People interface {
	// PersonalData returns all of it or an error: ErrUserNotFound; UNAVAILABLE when a service does not answer. identity has then
	// recorded that the data is handed out.
	PersonalData(ctx context.Context, r ExportRequest) (PersonalData, error)
	// RefuseExport has identity record that the data is refused to who wants it, or returns UNAVAILABLE.
	RefuseExport(ctx context.Context, r ExportRequest) error
}
