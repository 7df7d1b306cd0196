package directory

import (
	"context"
	"fmt"
	"slices"

	"muster/libs/contracts/directoryv1"
	"muster/libs/errs"
)

// CodeOrder asks for a new code of one type for one user.
type CodeOrder struct {
	UserID   int64
	TypeCode string
}

// RenewCodes gives each of the users a new code, which invalidates the previous one. It sends no mail. The requests are
// returned in the order of the orders, and duplicate orders yield one request.
//
// Administrators may name any user. Other users may name only themselves and only a registration (ErrAdminOnly).
// Errors: VALIDATION_FAILED, also for the email change type, whose code needs a new address that only the user can
// name; ErrUsersNotFound, and then no code changes. A verified user also gets a code and can verify again with it.
// changed are the users that have new versions by it.
func (s *Service) RenewCodes(ctx context.Context, actor Actor, orders []CodeOrder) (renewed []VerificationRequest, changed []User, err error) {
	orders, err = checkedOrders(orders)
	if err != nil {
		return nil, nil, err
	}
	var ids []int64
	for _, o := range orders {
		if !actor.Admin && o != (CodeOrder{actor.UserID, RequestRegistration}) {
			return nil, nil, ErrAdminOnly
		}
		if !slices.Contains(ids, o.UserID) {
			ids = append(ids, o.UserID)
		}
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		renewed = nil
		users, err := tx.LockUsers(ctx, ids)
		if err != nil {
			return err
		}
		if len(users) < len(ids) {
			return ErrUsersNotFound
		}
		now := s.now()
		for _, o := range orders {
			renewed = append(renewed, s.newRequest(o.UserID, o.TypeCode, now))
		}
		if err := tx.PutRequest(ctx, renewed...); err != nil {
			return err
		}
		if changed, err = announce(ctx, tx, users...); err != nil {
			return err
		}
		return s.publishAct(ctx, tx, actor, directoryv1.CodeRenewed, users, changed)
	})
	return renewed, changed, err
}

// renewable are the types of codes that can be ordered.
var renewable = []string{RequestRegistration, RequestPasswordReset, RequestInvitation}

// checkedOrders returns the validated orders without duplicates.
func checkedOrders(orders []CodeOrder) ([]CodeOrder, error) {
	if len(orders) < 1 || len(orders) > maxBatch {
		return nil, errs.InvalidField("userReqList", fmt.Sprintf("must hold 1 to %d requests", maxBatch))
	}
	var (
		distinct []CodeOrder
		wrong    []errs.Field
	)
	for i, o := range orders {
		if o.UserID <= 0 {
			wrong = append(wrong, errs.Field{Field: fmt.Sprintf("userReqList[%d].userId", i), Message: "must be a positive integer"})
		}
		if !slices.Contains(renewable, o.TypeCode) {
			wrong = append(wrong, errs.Field{Field: fmt.Sprintf("userReqList[%d].request_type_code", i), Message: "must be REGR, RPWR or INVI"})
		}
		if !slices.Contains(distinct, o) {
			distinct = append(distinct, o)
		}
	}
	if wrong != nil {
		return nil, errs.Invalid(wrong...)
	}
	return distinct, nil
}
