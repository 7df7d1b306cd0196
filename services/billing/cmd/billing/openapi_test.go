package main

import (
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/openapi"
	"muster/libs/openapi/openapitest"
	"muster/services/billing/internal/adapter/httpapi"
	"muster/services/billing/internal/adapter/postgres"
)

func TestAPIIsDescribed(t *testing.T) {
	openapitest.Check(t, "billing", openapi.API{Title: "Billing", Routes: httpapi.Routes(), Lists: postgres.Lists(), Names: httpapi.SchemaNames},
		func(e *gin.Engine) { httpapi.Mount(e, httpapi.Config{}) })
}
