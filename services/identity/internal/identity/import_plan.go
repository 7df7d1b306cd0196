package identity

import (
	"maps"
	"slices"

	"muster/libs/usersapi"
)

// importRow is a checked row and the place of its result.
type importRow struct {
	legacy   LegacyAccount
	activate bool
	result   *Imported
}

func (r importRow) fail(err error) { r.result.Outcome, r.result.Err = Failed, err }

// importPlan is what a batch is going to do. It goes from row to row, each of which sees what those before it did.
type importPlan struct {
	holders map[string]holder // by address
	legacy  map[int64]LegacyAccount
	owners  map[string]int64 // address → legacy id

	replaced []int64        // what is removed of the legacy accounts that are there
	kept     map[int64]bool // what is stored
	made     []Account
	rows     []importRow
}

// holder is the account that signs in with an address.
type holder struct {
	userID int64 // 0 when the account is yet to be made
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
	*row.result = Imported{LegacyUserID: l.ID} // a transaction may run again
	address := usersapi.EmailKey(l.Email)
	p.rows = append(p.rows, row)
	by, held := p.holders[address]
	if owner, claimed := p.owners[address]; !by.proven && claimed && owner != l.ID {
		row.fail(ErrEmailExists)
		return
	}
	if l.PasswordHash == "" { // the row does not say
		l.PasswordHash = p.legacy[l.ID].PasswordHash
	}
	p.forget(l.ID)
	switch {
	case held && (by.proven || l.PasswordHash == ""):
		row.result.Outcome = Exists
	case held: // perhaps a stranger typed the address: the hash waits for its owner
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

// forget removes what is known of a legacy user.
func (p *importPlan) forget(id int64) {
	p.replaced = append(p.replaced, id)
	if l, known := p.legacy[id]; known {
		delete(p.owners, usersapi.EmailKey(l.Email))
		delete(p.legacy, id)
		delete(p.kept, id)
	}
}

// keep stores a legacy account that has something to keep.
func (p *importPlan) keep(l LegacyAccount) {
	if l.PasswordHash == "" {
		return
	}
	p.legacy[l.ID], p.owners[usersapi.EmailKey(l.Email)], p.kept[l.ID] = l, l.ID, true
}

// stored are the legacy accounts to store.
func (p *importPlan) stored() []LegacyAccount {
	rows := make([]LegacyAccount, 0, len(p.kept))
	for _, id := range slices.Sorted(maps.Keys(p.kept)) {
		rows = append(rows, p.legacy[id])
	}
	return rows
}

// nameAccounts tells the rows which account has their address.
func (p *importPlan) nameAccounts() {
	for _, row := range p.rows {
		if row.result.Outcome == Activated || row.result.Outcome == Exists {
			row.result.UserID = p.holders[usersapi.EmailKey(row.legacy.Email)].userID
		}
	}
}
