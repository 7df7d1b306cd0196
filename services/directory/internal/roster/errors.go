package roster

import "muster/libs/errs"

// Errors that callers can act on.
var (
	ErrImportNotFound = errs.New(errs.KindNotFound, "IMPORT_NOT_FOUND", "There is no such import.")
	ErrImportRunning  = errs.New(errs.KindConflict, "IMPORT_RUNNING", "Another upload of this import is under way.")
	ErrImportChanged  = errs.New(errs.KindConflict, "IMPORT_CHANGED",
		"This upload is not the file that was begun under this import id. Use another id for another file, and for a dry run.")
	ErrUploadCut     = errs.New(errs.KindInvalid, "UPLOAD_CUT", "The upload ended before the file did. Upload the file again with the same import id to go on.")
	ErrImportStopped = errs.New(errs.KindUnavailable, "IMPORT_STOPPED", "The import was interrupted. Upload the file again with the same import id to go on.")
)
