package identity

import (
	"maps"
	"slices"

	"muster/libs/usersapi"
)

// importRow is a checked row and where its result goes.
type importRow struct {
	legacy   LegacyAccount
	activate bool
	result   *Imported
}

func (r importRow) fail(err error) { r.result.Outcome, r.result.Err = Failed, err }

// importPlan is the planned effect of a batch. Rows are planned in order, and each sees the effect of the rows before
// it.
type importPlan struct {
	holders map[string]holder // by address
	legacy  map[int64]LegacyAccount
	owners  map[string]int64 // address → legacy id

	replaced []int64        // ids of the existing legacy accounts to remove
	kept     map[int64]bool // ids of the legacy accounts to store
	made     []Account
	rows     []importRow
}

// holder is the account that signs in with an address.
type holder struct {
	userID int64 // 0 when the account does not exist yet
	proven bool  // see Account.proven
}

func newImportPlan(legacy []LegacyAccount, accounts []Account) *importPlan {
	p := &importPlan{
		holders: map[string]holder{}, legacy: map[int64]LegacyAccount{}, owners: map[string]int64{}, kept: map[int64]bool{},
	}
	for _, a := range accounts {
		p.holders[usersapi.EmailKey(a.Email)] = holder{a.UserID, a.proven()}
	}
	for _, l := range legacy {
		p.legacy[l.ID], p.owners[usersapi.EmailKey(l.Email)] = l, l.ID
	}
	return p
}

func (p *importPlan) add(row importRow) {
	l := row.legacy
	*row.result = Imported{LegacyUserID: l.ID} // reset, because a transaction may run again
	address := usersapi.EmailKey(l.Email)
	p.rows = append(p.rows, row)
	by, held := p.holders[address]
	if owner, claimed := p.owners[address]; !by.proven && claimed && owner != l.ID {
		row.fail(ErrEmailExists)
		return
	}
	if l.PasswordHash == "" { // the row has no hash: keep the stored one
		l.PasswordHash = p.legacy[l.ID].PasswordHash
	}
	p.forget(l.ID)
	switch {
	case held && (by.proven || l.PasswordHash == ""):
		row.result.Outcome = Exists
	case held: // a stranger may have typed the address: keep the hash for its owner
		row.result.Outcome = Stored
		p.keep(l)
	case row.activate:
		row.result.Outcome = Activated
		p.holders[address] = holder{proven: true}
		p.made = append(p.made, l.account(l.PasswordHash, true))
	default:
		row.result.Outcome = Stored
		p.keep(l)
	}
}

// forget plans the removal of a legacy account.
func (p *importPlan) forget(id int64) {
	p.replaced = append(p.replaced, id)
	if l, known := p.legacy[id]; known {
		delete(p.owners, usersapi.EmailKey(l.Email))
		delete(p.legacy, id)
		delete(p.kept, id)
	}
}

// keep plans to store a legacy account if it has a hash.
func (p *importPlan) keep(l LegacyAccount) {
	if l.PasswordHash == "" {
		return
	}
	p.legacy[l.ID], p.owners[usersapi.EmailKey(l.Email)], p.kept[l.ID] = l, l.ID, true
}

// stored returns the legacy accounts to store.
func (p *importPlan) stored() []LegacyAccount {
	rows := make([]LegacyAccount, 0, len(p.kept))
	for _, id := range slices.Sorted(maps.Keys(p.kept)) {
		rows = append(rows, p.legacy[id])
	}
	return rows
}

// nameAccounts sets the user id in the result of each row whose address has an account.
func (p *importPlan) nameAccounts() {
	for _, row := range p.rows {
		if row.result.Outcome == Activated || row.result.Outcome == Exists {
			row.result.UserID = p.holders[usersapi.EmailKey(row.legacy.Email)].userID
		}
	}
}
