package postgres_test

import (
	"testing"

	"muster/libs/contracts"
	"muster/libs/testkit/pgtest"
	"muster/services/gateway/internal/adapter/postgres"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/gateway/gatewaytest"
)

var feed = postgres.Feed{Consumer: "gateway", Topics: []string{contracts.TopicUser, contracts.TopicSubscription, contracts.TopicAccount}}

func newStore(t *testing.T) *postgres.Store {
	t.Helper()
	db, _ := pgtest.New(t, postgres.Migrations)
	return postgres.New(db, feed)
}

func TestStoreIsAModel(t *testing.T) {
	gatewaytest.TestModel(t, func(t *testing.T) gateway.Model { return newStore(t) })
}
